package dev.alluvium.trainer.step;

/**
 * How a model rates the trained tokens of one example.
 *
 * @param nllSum sum of their negative log-likelihoods, in nats
 * @param tokens how many there are
 * @param exact whether each is the most likely token, given the true ones before it
 */
public record Score(double nllSum, int tokens, boolean exact) {}
