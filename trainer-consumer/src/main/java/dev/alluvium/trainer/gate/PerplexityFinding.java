package dev.alluvium.trainer.gate;

import dev.alluvium.trainer.gate.Losses.Reference;
import java.util.Locale;

/**
 * A skill's perplexity.
 *
 * @param reference what it is held against in all
 * @param recent against the last promoted version
 * @param all against the reference
 * @param before the last promoted version against the reference
 */
record PerplexityFinding(
    String skill,
    Reference reference,
    PerplexityRise recent,
    PerplexityRise all,
    PerplexityRise before,
    Budgets budgets)
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
   * Two anchors, so many skills. Where the last promoted version is beyond the reference's budget
   * itself, it is no help to return to it.
   */
  @Override
  public boolean isWorse(int skills) {
    boolean helps = before.rise() <= Math.log1p(budgets.cumulative());
    return isBeyondRecent(skills) || (helps && isBeyondAll(skills));
  }

  private boolean isBeyondRecent(int skills) {
    return recent.isBeyond(budgets.recent(), Gate.LEVEL / (2.0 * skills));
  }

  private boolean isBeyondAll(int skills) {
    return all.isBeyond(budgets.cumulative(), reference.share(Gate.LEVEL / (2.0 * skills)));
  }

  @Override
  public boolean slips() {
    return recent.isBeyond(0, Gate.LEVEL) || all.isBeyond(0, reference.share(Gate.LEVEL));
  }

  @Override
  public String text(int skills) {
    return "%s: %s, %d probes".formatted(skill, ratios(skills), recent.probes());
  }

  /** Perplexity against both anchors. */
  String ratios(int skills) {
    return "perplexity %s, %s"
        .formatted(
            ratio("the last promoted version's", recent, budgets.recent(), isBeyondRecent(skills)),
            ratio(reference.whose(), all, budgets.cumulative(), isBeyondAll(skills)));
  }

  private static String ratio(String whose, PerplexityRise rise, double budget, boolean isBeyond) {
    return String.format(
        Locale.ROOT,
        "x %.4g to %.4g of %s (budget %.4g, %s)",
        rise.ratioBound(1 - Gate.LEVEL),
        rise.ratioBound(Gate.LEVEL),
        whose,
        1 + budget,
        Finding.standing(isBeyond, rise.chanceIfAt(budget) <= Gate.LEVEL));
  }

  @Override
  public String needed(int skills) {
    long probes =
        Math.max(
            recent.probesNeeded(budgets.recent(), Gate.LEVEL, skills),
            all.probesNeeded(budgets.cumulative(), Gate.LEVEL, skills));
    return ", some %d would tell (curate.holdOut, mix.probesPerSkill)".formatted(probes);
  }
}
