package dev.alluvium.trainer.checkpoint;

/**
 * A probe that left because its pair was erased, or under SFTMix any pair: older states still have
 * it, and it must leave them too when training returns to them.
 *
 * @param pairId the pair
 * @param nextOffset the offset in training.windows.v1 after the order
 */
public record ErasedProbe(String pairId, long nextOffset) {}
