package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.require;

/**
 * What watches training between two rulings of the gate.
 *
 * @param lossSpike a window whose loss is above so many times the median of the windows before goes
 *     into quarantine; 0 for none
 * @param gaugeTexts texts of the base model by which forgetting is gauged, of each skill; 0 for no
 *     gauge
 * @param gaugeTokens longest of them
 * @param mostDivergence weights that have moved further than this from the base model, in nats a
 *     token over those texts, are not promoted; 0 for no cap
 */
public record GuardSettings(
    double lossSpike, int gaugeTexts, int gaugeTokens, double mostDivergence) {
  private static final int MOST_TEXTS = 1000;

  /** Checks every value. */
  public GuardSettings {
    require(
        lossSpike == 0 || (lossSpike > 1 && Double.isFinite(lossSpike)),
        "train.guard.lossSpike is %s: expected more than 1, or 0 for no limit",
        lossSpike);
    require(
        gaugeTexts >= 0 && gaugeTexts <= MOST_TEXTS,
        "train.guard.gaugeTexts is %d: expected 0 to %d",
        gaugeTexts,
        MOST_TEXTS);
    require(gaugeTokens >= 1, "train.guard.gaugeTokens is %d: expected 1 or more", gaugeTokens);
    require(
        mostDivergence >= 0 && Double.isFinite(mostDivergence),
        "train.guard.mostDivergence is %s: expected more than 0, or 0 for no cap",
        mostDivergence);
    require(
        mostDivergence == 0 || gaugeTexts >= 2,
        "train.guard.mostDivergence is %s and train.guard.gaugeTexts is %d: expected 2 or more texts to gauge by",
        mostDivergence,
        gaugeTexts);
  }
}
