package dev.alluvium.trainer.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * Where training stands, apart from the weights.
 *
 * @param nextOffset offset in training.windows.v1 to read next
 * @param lastWindow last window with an outcome; 0 before the first
 * @param cycleStart last window of the version before; windows after it belong to the running cycle
 * @param steps optimizer steps since the beginning
 * @param versions versions made so far, held ones included
 * @param promoted the last promoted version
 * @param settingsDigest digest of the settings that shape the weights
 * @param adapter what the adapter fits: base model and LoRA shape
 */
public record TrainingPosition(
    long nextOffset,
    long lastWindow,
    long cycleStart,
    long steps,
    int versions,
    @Nullable String promoted,
    String settingsDigest,
    String adapter) {}
