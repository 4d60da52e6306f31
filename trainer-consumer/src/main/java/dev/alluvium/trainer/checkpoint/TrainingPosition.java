package dev.alluvium.trainer.checkpoint;

import dev.alluvium.trainer.release.ModelStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where training stands, apart from the weights.
 *
 * @param nextOffset offset in training.windows.v1 to read next
 * @param lastWindow last window with an outcome; 0 before the first
 * @param cycleStart last window of the cycle before; windows after it belong to the running cycle
 * @param steps optimizer steps since the beginning
 * @param versions versions made so far, held ones included
 * @param promoted the last promoted version
 * @param returnPoints checkpoints of the last promoted versions, oldest first, to return to
 * @param settingsDigest digest of the settings that shape the weights
 * @param fit what the adapter fits: base model and LoRA shape
 */
public record TrainingPosition(
    long nextOffset,
    long lastWindow,
    long cycleStart,
    long steps,
    int versions,
    @Nullable String promoted,
    List<String> returnPoints,
    String settingsDigest,
    String fit) {

  /** Copies the list. */
  public TrainingPosition {
    returnPoints = List.copyOf(returnPoints);
  }

  /** Before anything was trained. */
  public static TrainingPosition start(long nextOffset, String settingsDigest, String fit) {
    return new TrainingPosition(nextOffset, 0, 0, 0, 0, null, List.of(), settingsDigest, fit);
  }

  /** After a window. */
  public TrainingPosition afterWindow(long window, long offset, long steps) {
    return new TrainingPosition(
        offset, window, cycleStart, steps, versions, promoted, returnPoints, settingsDigest, fit);
  }

  /** After a control. */
  public TrainingPosition afterControl(long offset) {
    return new TrainingPosition(
        offset,
        lastWindow,
        cycleStart,
        steps,
        versions,
        promoted,
        returnPoints,
        settingsDigest,
        fit);
  }

  /** After a cycle that made one more version. */
  public TrainingPosition afterCycle(boolean promotedNow) {
    return new TrainingPosition(
        nextOffset,
        lastWindow,
        lastWindow,
        steps,
        versions + 1,
        promotedNow ? ModelStore.name(versions + 1) : promoted,
        returnPoints,
        settingsDigest,
        fit);
  }

  /**
   * The position as it goes on from a checkpoint of it: where that checkpoint is a promoted
   * version's, it joins the points to return to, and the oldest beyond the limit leave.
   */
  public TrainingPosition goingOnFrom(String checkpoint, int mostReturnPoints) {
    boolean atPromotion =
        versions > 0 && cycleStart == lastWindow && ModelStore.name(versions).equals(promoted);
    if (!atPromotion || returnPoints.contains(checkpoint)) {
      return this;
    }
    List<String> points = new ArrayList<>(returnPoints);
    points.add(checkpoint);
    return new TrainingPosition(
        nextOffset,
        lastWindow,
        cycleStart,
        steps,
        versions,
        promoted,
        points.subList(Math.max(0, points.size() - mostReturnPoints), points.size()),
        settingsDigest,
        fit);
  }

  /** The same place under other settings. */
  public TrainingPosition withSettings(String digest) {
    return new TrainingPosition(
        nextOffset, lastWindow, cycleStart, steps, versions, promoted, returnPoints, digest, fit);
  }
}
