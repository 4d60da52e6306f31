package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.require;

/**
 * What holds an adapter near its base while it learns.
 *
 * @param weight of the mean KL(base || adapter) at the trained tokens beside their loss; 0 for none
 */
public record KlSettings(double weight) {
  /** Checks every value. */
  public KlSettings {
    require(
        weight >= 0 && Double.isFinite(weight),
        "train.kl.weight is %s: expected 0 or more",
        weight);
  }
}
