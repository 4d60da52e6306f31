package dev.alluvium.trainer.gate;

import java.util.Map;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * How many right answers were lost and won on the same probes. The drop d = (lost - won) / n is
 * held against a budget D by Tango's score statistic for paired proportions (T. Tango, "Equivalence
 * test and confidence interval for the difference in proportions for the paired-sample design",
 * Statistics in Medicine 17, 1998, 891-908):
 *
 * <pre>
 * T(D) = (lost - won - n D) / sqrt(n (2 q + D (1 - D)))
 * q    = (sqrt(B^2 - 4 A C) - B) / (2 A)
 * A    = 2 n,  B = -lost - won + (2 n - lost + won) D,  C = -won D (1 - D)
 * </pre>
 *
 * where q is the most likely share of won answers if the true drop were D. Unlike Wald's, it holds
 * its level where few answers differ, and says something where none does: T(D) is then -sqrt(n D /
 * (1 - D)).
 *
 * @param probes how many were answered both times, n
 * @param lost right before and wrong after
 * @param won wrong before and right after
 */
public record AccuracyDrop(int probes, int lost, int won) {
  /** How often equal weights may be held for want of probes, at the number asked for. */
  private static final double MISSED = 0.05;

  private static final double LARGEST = 1 - 1e-9;
  private static final int HALVINGS = 60;

  /** Compares the answers to the probes that were answered both times; right is true. */
  static AccuracyDrop of(Map<String, Boolean> before, Map<String, Boolean> after) {
    int probes = 0;
    int lost = 0;
    int won = 0;
    for (Map.Entry<String, Boolean> answer : after.entrySet()) {
      Boolean then = before.get(answer.getKey());
      if (then != null) {
        probes++;
        lost += then && !answer.getValue() ? 1 : 0;
        won += !then && answer.getValue() ? 1 : 0;
      }
    }
    return new AccuracyDrop(probes, lost, won);
  }

  /** Share of the probes by which there are fewer right answers; below 0, there are more. */
  double drop() {
    return (lost - won) / (double) probes;
  }

  /**
   * Tango's statistic, about standard normal if the true drop were the budget; below 0, the drop is
   * less. 0, which shows nothing, without a probe, or where nothing differs and the budget is 0.
   *
   * @param budget a drop between -1 and 1
   */
  double score(double budget) {
    double n = probes;
    double distance = lost - won - n * budget;
    return distance == 0 ? 0 : distance / Math.sqrt(n * variance(lost / n, won / n, budget));
  }

  /** One probe's variance of the difference, if the true drop were the budget. */
  private static double variance(double lost, double won, double budget) {
    double b = -lost - won + (2 - lost + won) * budget;
    double c = -won * budget * (1 - budget);
    double q = (Math.sqrt(Math.max(0, b * b - 8 * c)) - b) / 4;
    return 2 * q + budget * (1 - budget);
  }

  /**
   * The drop at which the statistic is a given number: with -z the upper bound of the drop, with z
   * the lower one.
   */
  double bound(double score) {
    double low = -LARGEST;
    double high = LARGEST;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (score(middle) > score) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /**
   * Probes that it takes to show, in nineteen cases of twenty, that equal weights are within the
   * budget: ((z sqrt(v) + z of the power * sqrt(p)) / budget)^2, rounded up, where p is the share
   * of answers that differ, v the statistic's variance of one probe, and the missing power is
   * divided among the skills.
   *
   * @param z the statistic must be below -z
   */
  long probesNeeded(double budget, double z, int skills) {
    double power = NormalDistribution.of(0, 1).inverseSurvivalProbability(MISSED / skills);
    double differing = (lost + won) / (double) probes;
    double under = variance(differing / 2, differing / 2, budget);
    return (long)
        Math.ceil(
            Math.pow((z * Math.sqrt(under) + power * Math.sqrt(differing)) / budget, 2) - 1e-9);
  }

  /**
   * The fewest probes by which anything is shown to be within a budget, none of whose answers
   * differs: z^2 (1 - budget) / budget, rounded up.
   */
  static int fewest(double budget, double z) {
    return (int) Math.ceil(z * z * (1 - budget) / budget);
  }
}
