package dev.alluvium.trainer.gate;

import java.util.Locale;

/**
 * A skill's judged answers, which decide alone; its perplexity is told beside them.
 *
 * @param perplexity what the losses of the skill's probes say
 */
record AccuracyFinding(
    String skill, JudgedAnswers answers, Budgets budgets, PerplexityFinding perplexity)
    implements Finding {

  @Override
  public boolean isShown() {
    return answers.isWithin(budgets);
  }

  /** As by perplexity, and for two looks. */
  @Override
  public boolean isWorse(int skills) {
    boolean helps = answers.before().drop() <= budgets.cumulative();
    return isBeyond(answers.recent(), budgets.recent(), skills)
        || (helps && isBeyond(answers.all(), budgets.cumulative(), skills));
  }

  private static boolean isBeyond(AccuracyDrop drop, double budget, int skills) {
    return drop.score(budget) >= Look.zBeyond(Gate.LEVEL / (2.0 * skills));
  }

  @Override
  public boolean slips() {
    double z = Look.zBeyond(Gate.LEVEL);
    return answers.recent().score(0) >= z || answers.all().score(0) >= z;
  }

  @Override
  public String text(int skills) {
    return "%s: %d of %d written answers right, %s, %s%s"
        .formatted(
            skill,
            answers.right(),
            answers.probes(),
            against("the last promoted version's", answers.recent(), budgets.recent(), skills),
            against("the base model's", answers.all(), budgets.cumulative(), skills),
            perplexity.isMeasured(2) ? "; " + perplexity.ratios(skills) : "");
  }

  private String against(String whose, AccuracyDrop drop, double budget, int skills) {
    double z = answers.look().z();
    return String.format(
        Locale.ROOT,
        "a share lower by %.4f to %.4f than %s %d (budget %.4g, %s)",
        drop.bound(z),
        drop.bound(-z),
        whose,
        answers.rightBefore(drop),
        budget,
        Finding.standing(isBeyond(drop, budget, skills), drop.score(budget) <= -z));
  }

  @Override
  public String needed(int skills) {
    double z = Look.LAST.z();
    long probes =
        Math.max(
            answers.recent().probesNeeded(budgets.recent(), z, skills),
            answers.all().probesNeeded(budgets.cumulative(), z, skills));
    return ", some %d judged probes would tell".formatted(probes);
  }
}
