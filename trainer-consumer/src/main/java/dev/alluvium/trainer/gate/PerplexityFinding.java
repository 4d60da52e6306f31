package dev.alluvium.trainer.gate;

import java.util.Locale;

/**
 * A skill's perplexity.
 *
 * @param recent against the last promoted version
 * @param all against the base model
 * @param before the last promoted version against the base model
 */
record PerplexityFinding(
    String skill, PerplexityRise recent, PerplexityRise all, PerplexityRise before, Budgets budgets)
    implements Finding {

  boolean isMeasured(int leastProbes) {
    return recent.probes() >= leastProbes && recent.isMeasured() && all.isMeasured();
  }

  /** Written so that a NaN is a refusal. */
  @Override
  public boolean isShown() {
    return chance() <= Gate.LEVEL;
  }

  /** The chance of what is seen if the skill were at one of its budgets, the larger one. */
  private double chance() {
    return Math.max(recent.chanceIfAt(budgets.recent()), all.chanceIfAt(budgets.cumulative()));
  }

  /**
   * Two anchors, so many skills. Where the last promoted version is beyond the base model's budget
   * itself, it is no help to return to it.
   */
  @Override
  public boolean isWorse(int skills) {
    double level = Gate.LEVEL / (2.0 * skills);
    boolean helps = before.rise() <= Math.log1p(budgets.cumulative());
    return recent.isBeyond(budgets.recent(), level)
        || (helps && all.isBeyond(budgets.cumulative(), level));
  }

  @Override
  public boolean slips() {
    return recent.isBeyond(0, Gate.LEVEL) || all.isBeyond(0, Gate.LEVEL);
  }

  @Override
  public String text() {
    return "%s: %s, %d probes".formatted(skill, ratios(), recent.probes());
  }

  /** Perplexity against both anchors. */
  String ratios() {
    return String.format(
        Locale.ROOT,
        "perplexity x %.4g to %.4g of the last promoted version's (budget %.4g), x %.4g to %.4g of the base model's (budget %.4g)",
        recent.ratioBound(1 - Gate.LEVEL),
        recent.ratioBound(Gate.LEVEL),
        1 + budgets.recent(),
        all.ratioBound(1 - Gate.LEVEL),
        all.ratioBound(Gate.LEVEL),
        1 + budgets.cumulative());
  }

  @Override
  public String needed(int skills) {
    long probes =
        Math.max(
            recent.probesNeeded(budgets.recent(), Gate.LEVEL, skills),
            all.probesNeeded(budgets.cumulative(), Gate.LEVEL, skills));
    return ", some %d would tell".formatted(probes);
  }
}
