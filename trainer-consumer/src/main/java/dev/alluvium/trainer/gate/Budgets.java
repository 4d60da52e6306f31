package dev.alluvium.trainer.gate;

/**
 * What a skill may lose.
 *
 * @param recent against the last promoted version
 * @param cumulative against the best so far, the base model included
 */
public record Budgets(double recent, double cumulative) {
  /** The fewest judged answers by which a skill can be shown to be within, at the last look. */
  public int fewestAnswers() {
    return AccuracyDrop.fewest(Math.min(recent, cumulative), Look.LAST.z());
  }
}
