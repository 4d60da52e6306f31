package dev.alluvium.trainer.step;

/**
 * What one optimizer step did.
 *
 * @param loss what was minimised, averaged as configured, in nats
 * @param nllSum sum of the negative log-likelihoods of the trained tokens, in nats
 * @param trainedTokens how many tokens were trained
 * @param mixed what was mixed
 * @param gradientNorm global norm before clipping; NaN if the loss was not finite
 * @param skipped whether the loss or the gradient was not finite, so that nothing was changed
 */
public record StepReport(
    double loss,
    double nllSum,
    int trainedTokens,
    Mixed mixed,
    double gradientNorm,
    boolean skipped) {

  /**
   * What SFTMix added.
   *
   * @param pairs pairs of examples
   * @param tokens mixed tokens
   * @param lossSum sum of their losses, in nats
   */
  public record Mixed(int pairs, int tokens, double lossSum) {
    /** Nothing. */
    public static final Mixed NONE = new Mixed(0, 0, 0);

    /** Both together. */
    public Mixed plus(Mixed other) {
      return new Mixed(pairs + other.pairs, tokens + other.tokens, lossSum + other.lossSum);
    }
  }
}
