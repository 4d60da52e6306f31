package dev.alluvium.trainer.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Decides what becomes of new weights. A skill may lose so much of its perplexity against the last
 * promoted version, and so much in all against the base model, which stops a slow decay. Losses
 * must be shown to be within these budgets, not merely not shown to be beyond: a test of
 * non-inferiority with paired probes, both anchors for every skill. Every skill must pass, so that
 * each is tested at the whole level (Berger, "Multiparameter hypothesis testing and acceptance
 * sampling", 1982); one is enough to go back, so that for this the level is divided. Fails closed.
 */
public final class Gate {
  /**
   * Chance of promoting weights that are worse by the budget, and of going back from such as are
   * not: one side of a 95 percent interval, as is the custom for non-inferiority.
   */
  public static final double LEVEL = 0.025;

  private final double budget;
  private final double cumulativeBudget;
  private final int leastProbes;
  private final boolean ignoreUnmeasured;

  /**
   * A gate.
   *
   * @param budget share by which a skill's perplexity may rise over the last promoted version's;
   *     0.05 is five percent
   * @param cumulativeBudget the same over the base model's
   * @param leastProbes a skill with fewer is unmeasured
   * @param ignoreUnmeasured whether an unmeasured skill is passed over; otherwise it refuses
   */
  public Gate(double budget, double cumulativeBudget, int leastProbes, boolean ignoreUnmeasured) {
    this.budget = budget;
    this.cumulativeBudget = cumulativeBudget;
    this.leastProbes = leastProbes;
    this.ignoreUnmeasured = ignoreUnmeasured;
  }

  /** What becomes of weights. */
  public enum Ruling {
    /** They answer. */
    PROMOTE,
    /** Training goes on from them; the old ones answer. */
    HOLD,
    /** A skill is worse than its budget for certain: training returns to the old ones. */
    ROLLBACK
  }

  /**
   * The decision.
   *
   * @param reason why, for a person
   */
  public record Decision(Ruling ruling, String reason) {
    /** Whether the weights may answer. */
    public boolean promoted() {
      return ruling == Ruling.PROMOTE;
    }
  }

  /**
   * Compares measurements of the same probes. A skill is judged by the probes that the last
   * promoted version was measured by: what has been held out since may come from the very data that
   * is in question. Only a skill that had too few of them is judged by new ones too, which the last
   * promoted version then counts as answering like the base model.
   *
   * @param base the base model
   * @param promoted the last promoted version; none before the first
   * @param candidate the weights in question
   */
  public Decision decide(ProbeScores base, ProbeScores promoted, ProbeScores candidate) {
    List<Finding> findings = new ArrayList<>();
    List<String> unmeasured = new ArrayList<>();
    for (String skill : skills(base, candidate)) {
      if (isBroken(candidate, skill)) {
        return new Decision(Ruling.ROLLBACK, skill + ": the loss is no number any more");
      }
      boolean frozen = promoted.count(skill) >= leastProbes;
      ProbeScores parent = frozen ? promoted : promoted.over(base);
      ProbeScores judged = candidate.within(parent);
      Finding finding =
          new Finding(
              skill,
              PerplexityRise.of(skill, parent, judged),
              PerplexityRise.of(skill, base, judged),
              PerplexityRise.of(skill, base, parent.within(judged)));
      if (finding.isMeasured()) {
        findings.add(finding);
      } else {
        unmeasured.add("%s (%d probes)".formatted(skill, finding.recent.probes()));
      }
    }
    return decide(findings, unmeasured);
  }

  private Decision decide(List<Finding> findings, List<String> unmeasured) {
    List<String> worse =
        findings.stream().filter(f -> f.isWorse(findings.size())).map(Finding::text).toList();
    if (!worse.isEmpty()) {
      return new Decision(Ruling.ROLLBACK, "worse than the budget: " + String.join("; ", worse));
    }
    if (!unmeasured.isEmpty() && !ignoreUnmeasured) {
      return new Decision(
          Ruling.HOLD,
          "fewer than %d probes: %s".formatted(leastProbes, String.join(", ", unmeasured)));
    }
    if (findings.isEmpty()) {
      return new Decision(Ruling.HOLD, "there is no probe to measure by");
    }
    // Written so that a NaN is a refusal.
    List<String> open =
        findings.stream()
            .filter(finding -> !(finding.chance() <= LEVEL))
            .map(finding -> finding.text() + finding.needed(findings.size()))
            .toList();
    return open.isEmpty()
        ? new Decision(Ruling.PROMOTE, "every skill is within its budget")
        : new Decision(
            Ruling.HOLD, "not shown to be within the budget: " + String.join("; ", open));
  }

  private static boolean isBroken(ProbeScores scores, String skill) {
    return scores.byProbe().values().stream()
        .anyMatch(score -> score.skill().equals(skill) && !Double.isFinite(score.nllSum()));
  }

  private static TreeSet<String> skills(ProbeScores base, ProbeScores candidate) {
    TreeSet<String> skills = new TreeSet<>();
    base.byProbe().values().forEach(score -> skills.add(score.skill()));
    candidate.byProbe().values().forEach(score -> skills.add(score.skill()));
    return skills;
  }

  /** A skill against both anchors, and the last promoted version against the base model. */
  private final class Finding {
    private final String skill;
    private final PerplexityRise recent;
    private final PerplexityRise all;
    private final PerplexityRise before;

    Finding(String skill, PerplexityRise recent, PerplexityRise all, PerplexityRise before) {
      this.skill = skill;
      this.recent = recent;
      this.all = all;
      this.before = before;
    }

    boolean isMeasured() {
      return recent.probes() >= leastProbes && recent.isMeasured() && all.isMeasured();
    }

    /** The chance of what is seen if the skill were at one of its budgets, the larger one. */
    double chance() {
      return Math.max(recent.chanceIfAt(budget), all.chanceIfAt(cumulativeBudget));
    }

    /**
     * Whether it is beyond a budget for certain: two anchors, so many skills. Where the last
     * promoted version is beyond the base model's budget itself, it is no help to return to it.
     */
    boolean isWorse(int skills) {
      double level = LEVEL / (2.0 * skills);
      boolean helps = before.rise() <= Math.log1p(cumulativeBudget);
      return recent.isBeyond(budget, level) || (helps && all.isBeyond(cumulativeBudget, level));
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "%s: perplexity x %.4g to %.4g of the last promoted version's (budget %.4g), x %.4g to %.4g of the base model's (budget %.4g), %d probes",
          skill,
          recent.ratioBound(1 - LEVEL),
          recent.ratioBound(LEVEL),
          1 + budget,
          all.ratioBound(1 - LEVEL),
          all.ratioBound(LEVEL),
          1 + cumulativeBudget,
          recent.probes());
    }

    String needed(int skills) {
      long probes =
          Math.max(
              recent.probesNeeded(budget, LEVEL, skills),
              all.probesNeeded(cumulativeBudget, LEVEL, skills));
      return ", some %d would tell".formatted(probes);
    }
  }
}
