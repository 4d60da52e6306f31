package dev.alluvium.trainer.mixup;

/**
 * How examples are mixed.
 *
 * @param mu weight of the mixtures' mean loss beside the loss of the examples themselves
 * @param alpha parts are drawn from Beta(alpha, alpha)
 * @param split how the halves are told
 * @param scope which examples are ranked together
 * @param seed of everything that is drawn
 */
public record Mixture(double mu, double alpha, Split split, Scope scope, long seed) {}
