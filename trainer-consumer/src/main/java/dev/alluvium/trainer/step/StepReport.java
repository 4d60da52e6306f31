package dev.alluvium.trainer.step;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one optimizer step did.
 *
 * @param loss what was minimised, averaged as configured, in nats
 * @param nllSum sum of the negative log-likelihoods of the trained tokens, in nats
 * @param trainedTokens how many tokens were trained
 * @param mixed what was mixed
 * @param divergenceSum sum of the KL from the base at the trained tokens, in nats; 0 where it is
 *     not minimised
 * @param gradientNorm global norm before clipping; NaN if the loss was not finite
 * @param skipped whether the loss or the gradient was not finite, so that nothing was changed
 */
public record StepReport(
    double loss,
    double nllSum,
    int trainedTokens,
    Mixed mixed,
    double divergenceSum,
    double gradientNorm,
    boolean skipped) {

  /**
   * What SFTMix added.
   *
   * @param pairs pairs of examples
   * @param tokens mixed tokens
   * @param lossSum sum of their losses, in nats
   * @param examples mean loss of the trained tokens of each example, mixed or not, by where it
   *     stood in the list that the batches were made from
   */
  public record Mixed(int pairs, int tokens, double lossSum, Map<Integer, Double> examples) {
    /** Nothing. */
    public static final Mixed NONE = new Mixed(0, 0, 0, Map.of());

    /** Mean loss of a mixed token, in nats; at least one token is mixed. */
    public double meanLoss() {
      return lossSum / tokens;
    }

    /** Both together. */
    public Mixed plus(Mixed other) {
      SortedMap<Integer, Double> all = new TreeMap<>(examples);
      all.putAll(other.examples);
      return new Mixed(pairs + other.pairs, tokens + other.tokens, lossSum + other.lossSum, all);
    }
  }
}
