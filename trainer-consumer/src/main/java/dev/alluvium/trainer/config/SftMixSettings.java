package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.parsed;
import static dev.alluvium.trainer.config.Check.require;

import dev.alluvium.trainer.mixup.Mixture;
import dev.alluvium.trainer.mixup.Scope;
import dev.alluvium.trainer.mixup.Split;

/**
 * The mixup regulariser of SFTMix.
 *
 * @param mu weight of its loss beside that of the examples; 0 for none, and nothing else then has
 *     an effect
 * @param alpha examples are mixed by parts from Beta(alpha, alpha)
 * @param split what tells confident from unconfident examples: {@code batch}, their loss in the
 *     batch they are in; {@code window}, how well they were known before, as far as it is
 *     remembered; or {@code random}, chance
 * @param scope which examples are ranked and mixed together: those of a {@code skill}, or all,
 *     {@code global}
 * @param remembered pairs of which is remembered how well they are known
 */
public record SftMixSettings(double mu, double alpha, String split, String scope, int remembered) {
  private static final int MOST_REMEMBERED = 100_000;

  /** Checks every value. */
  public SftMixSettings {
    require(mu >= 0 && Double.isFinite(mu), "train.sftmix.mu is %s: expected 0 or more", mu);
    require(
        alpha > 0 && Double.isFinite(alpha),
        "train.sftmix.alpha is %s: expected more than 0",
        alpha);
    parsed("train.sftmix.split", () -> Split.parse(split));
    parsed("train.sftmix.scope", () -> Scope.parse(scope));
    require(
        remembered >= 1 && remembered <= MOST_REMEMBERED,
        "train.sftmix.remembered is %d: expected 1 to %d",
        remembered,
        MOST_REMEMBERED);
  }

  /** What the trainer mixes by. */
  Mixture mixture(long seed) {
    return new Mixture(mu, alpha, Split.parse(split), Scope.parse(scope), seed);
  }
}
