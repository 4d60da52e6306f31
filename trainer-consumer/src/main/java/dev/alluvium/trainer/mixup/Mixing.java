package dev.alluvium.trainer.mixup;

/**
 * Rules of mixing, and what is remembered for them.
 *
 * @param mixture how examples are mixed
 * @param confidences how well pairs are known by now; changes with training
 */
public record Mixing(Mixture mixture, Confidences confidences) {}
