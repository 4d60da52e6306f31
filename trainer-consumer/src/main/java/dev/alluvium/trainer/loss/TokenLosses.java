package dev.alluvium.trainer.loss;

/**
 * Losses of the trained tokens of a batch, as plain numbers.
 *
 * @param weighted sum of weight times negative log-likelihood: what is minimised
 * @param nll negative log-likelihood of each trained token, in nats
 * @param hits whether each trained token is the most likely one
 */
@SuppressWarnings("ArrayRecordComponent") // a short-lived carrier, never compared
public record TokenLosses(double weighted, float[] nll, boolean[] hits) {}
