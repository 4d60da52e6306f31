package dev.alluvium.trainer.step;

/**
 * What one optimizer step did.
 *
 * @param loss what was minimised, averaged as configured, in nats
 * @param nllSum sum of the negative log-likelihoods of the trained tokens, in nats
 * @param trainedTokens how many tokens were trained
 * @param gradientNorm global norm before clipping; NaN if the loss was not finite
 * @param skipped whether the loss or the gradient was not finite, so that nothing was changed
 */
public record StepReport(
    double loss, double nllSum, int trainedTokens, double gradientNorm, boolean skipped) {}
