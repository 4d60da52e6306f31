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
    return isBeyondRecent(skills) || (helps && isBeyondAll(skills));
  }

  private boolean isBeyondRecent(int skills) {
    return answers.recent().score(budgets.recent()) >= Look.zBeyond(Gate.LEVEL / (2.0 * skills));
  }

  private boolean isBeyondAll(int skills) {
    double level = answers.reference().share(Gate.LEVEL / (2.0 * skills));
    return answers.all().score(budgets.cumulative()) >= Look.zBeyond(level);
  }

  @Override
  public boolean slips() {
    return answers.recent().score(0) >= Look.zBeyond(Gate.LEVEL)
        || answers.all().score(0) >= Look.zBeyond(answers.reference().share(Gate.LEVEL));
  }

  @Override
  public String text(int skills) {
    return "%s: %d of %d written answers right, %s, %s%s"
        .formatted(
            skill,
            answers.right(),
            answers.probes(),
            against(
                "the last promoted version's " + answers.rightBefore(),
                answers.recent(),
                budgets.recent(),
                isBeyondRecent(skills)),
            against(reference(), answers.all(), budgets.cumulative(), isBeyondAll(skills)),
            perplexity.isMeasured(2) ? "; " + perplexity.ratios(skills) : "");
  }

  /** The best may have answered fewer. */
  private String reference() {
    JudgedAnswers.Reference all = answers.reference();
    String of = all.probes() == answers.probes() ? "" : " of " + all.probes();
    return "%s %d%s".formatted(all.whose(), all.right(), of);
  }

  private String against(String whose, AccuracyDrop drop, double budget, boolean isBeyond) {
    double z = answers.look().z();
    return String.format(
        Locale.ROOT,
        "a share lower by %.4f to %.4f than %s (budget %.4g, %s)",
        drop.bound(z),
        drop.bound(-z),
        whose,
        budget,
        Finding.standing(isBeyond, drop.score(budget) <= -z));
  }

  @Override
  public String needed(int skills) {
    double z = Look.LAST.z();
    long probes =
        Math.max(
            answers.recent().probesNeeded(budgets.recent(), z, skills),
            answers.all().probesNeeded(budgets.cumulative(), z, skills));
    return ", some %d judged probes would tell (curate.holdOut, mix.probesPerSkill, train.gate.judgedProbes)"
        .formatted(probes);
  }
}
