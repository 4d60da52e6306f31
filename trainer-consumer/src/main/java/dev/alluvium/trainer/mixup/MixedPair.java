package dev.alluvium.trainer.mixup;

/**
 * Two examples of a batch that are mixed.
 *
 * @param confident place in the batch of the one that is known better
 * @param unconfident place in the batch of the other
 * @param share lambda, the part of the confident one, 0 to 1
 */
public record MixedPair(int confident, int unconfident, float share) {}
