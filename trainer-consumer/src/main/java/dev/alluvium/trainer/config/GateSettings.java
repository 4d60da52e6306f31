package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.require;

import dev.alluvium.trainer.gate.Budgets;

/**
 * When and by what a version is judged.
 *
 * @param every windows in a cycle
 * @param perplexityBudget share by which a skill's perplexity may rise over the last promoted
 *     version's
 * @param cumulativeBudget the same over the reference's
 * @param reference what a version is held against in all: {@code best}, the best promoted version
 *     or the base model, or always {@code base}
 * @param leastProbes a skill with fewer probes is unmeasured
 * @param unmeasured what an unmeasured skill means: {@code refuse} or {@code ignore}
 * @param judgedProbes most probes of a skill that are answered in writing and judged; 0 for none
 * @param answerTokens most tokens of an answer
 * @param accuracyBudget by how much a skill's share of right answers may fall below the last
 *     promoted version's
 * @param cumulativeAccuracyBudget the same below the reference's
 */
public record GateSettings(
    int every,
    double perplexityBudget,
    double cumulativeBudget,
    String reference,
    int leastProbes,
    String unmeasured,
    int judgedProbes,
    int answerTokens,
    double accuracyBudget,
    double cumulativeAccuracyBudget) {
  /** Checks every value. */
  public GateSettings {
    require(every >= 1, "train.gate.every is %d: expected 1 or more windows", every);
    require(
        perplexityBudget >= 0,
        "train.gate.perplexityBudget is %s: expected 0 or more",
        perplexityBudget);
    require(
        cumulativeBudget >= 0,
        "train.gate.cumulativeBudget is %s: expected 0 or more",
        cumulativeBudget);
    require(
        reference.equals("best") || reference.equals("base"),
        "train.gate.reference is %s: expected best or base",
        reference);
    require(leastProbes >= 2, "train.gate.leastProbes is %d: expected 2 or more", leastProbes);
    require(
        unmeasured.equals("refuse") || unmeasured.equals("ignore"),
        "train.gate.unmeasured is %s: expected refuse or ignore",
        unmeasured);
    require(answerTokens >= 1, "train.gate.answerTokens is %d: expected 1 or more", answerTokens);
    require(
        accuracyBudget > 0 && accuracyBudget < 1,
        "train.gate.accuracyBudget is %s: expected more than 0 and less than 1",
        accuracyBudget);
    require(
        cumulativeAccuracyBudget > 0 && cumulativeAccuracyBudget < 1,
        "train.gate.cumulativeAccuracyBudget is %s: expected more than 0 and less than 1",
        cumulativeAccuracyBudget);
    int fewest = fewestAnswers(leastProbes, new Budgets(accuracyBudget, cumulativeAccuracyBudget));
    require(
        judgedProbes == 0 || judgedProbes >= fewest,
        "train.gate.judgedProbes is %d: expected 0 for none, or at least %d, below which nothing can be shown with train.gate.accuracyBudget %s, cumulativeAccuracyBudget %s and leastProbes %d",
        judgedProbes,
        fewest,
        accuracyBudget,
        cumulativeAccuracyBudget,
        leastProbes);
  }

  private static int fewestAnswers(int leastProbes, Budgets budgets) {
    return Math.max(leastProbes, budgets.fewestAnswers());
  }

  /** The fewest written answers that can decide on a skill. */
  public int fewestAnswers() {
    return fewestAnswers(leastProbes, new Budgets(accuracyBudget, cumulativeAccuracyBudget));
  }

  /** Whether the best promoted version counts in the place of a base model that is worse. */
  public boolean againstBest() {
    return reference.equals("best");
  }

  /** Whether a skill that cannot be measured is passed over. */
  public boolean ignoresUnmeasured() {
    return unmeasured.equals("ignore");
  }
}
