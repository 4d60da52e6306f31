package dev.alluvium.trainer.gate;

import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How much the logarithm of a skill's perplexity has risen, measured on the same probes before and
 * after: the losses' difference per response token, as a ratio estimate whose standard error comes
 * from the probes' residuals (Cochran, "Sampling Techniques", 3rd edition, section 6.4). Probes are
 * paired, so that what is hard in both costs no precision.
 *
 * @param probes how many were measured both times
 * @param rise mean difference in nats per response token; above 0 is worse
 * @param error its standard error; not a number below two probes
 */
public record PerplexityRise(int probes, double rise, double error) {
  /** How often equal weights may be held for want of probes, at the number asked for. */
  private static final double MISSED = 0.05;

  /** Measures a skill by the probes that both know. */
  public static PerplexityRise of(String skill, ProbeScores before, ProbeScores after) {
    List<double[]> pairs = new ArrayList<>();
    double difference = 0;
    double tokens = 0;
    for (Map.Entry<String, ProbeScore> probe : after.byProbe().entrySet()) {
      ProbeScore now = probe.getValue();
      ProbeScore then = before.byProbe().get(probe.getKey());
      if (now.skill().equals(skill) && then != null) {
        pairs.add(new double[] {now.nllSum() - then.nllSum(), now.tokens()});
        difference += now.nllSum() - then.nllSum();
        tokens += now.tokens();
      }
    }
    int n = pairs.size();
    double rise = difference / tokens;
    double squares = 0;
    for (double[] pair : pairs) {
      double residual = pair[0] - rise * pair[1];
      squares += residual * residual;
    }
    return new PerplexityRise(n, rise, Math.sqrt(n / (n - 1.0) * squares) / tokens);
  }

  /** Whether anything can be said: two or more probes, and finite losses. */
  public boolean isMeasured() {
    return probes >= 2 && Double.isFinite(rise) && Double.isFinite(error);
  }

  /**
   * The chance of so low a rise, or a lower one, if the true one were the budget: when it is small,
   * the rise is within the budget. One-sided, by Student's t.
   *
   * @param budget perplexity may rise by this share
   */
  double chanceIfAt(double budget) {
    double distance = rise - Math.log1p(budget);
    if (error == 0) {
      return distance <= 0 ? 0 : 1;
    }
    return TDistribution.of(probes - 1.0).cumulativeProbability(distance / error);
  }

  /**
   * Whether the rise is beyond a budget for certain.
   *
   * @param budget perplexity may rise by this share
   * @param level how likely this may be said of a rise that is at the budget
   */
  public boolean isBeyond(double budget, double level) {
    return 1 - chanceIfAt(budget) <= level;
  }

  /** The bound that the perplexity's ratio exceeds with a small chance, or falls short of. */
  double ratioBound(double chance) {
    double quantile = TDistribution.of(probes - 1.0).inverseSurvivalProbability(chance);
    return Math.exp(rise + quantile * error);
  }

  /**
   * Probes of each skill that it takes to show, in nineteen cases of twenty, that weights which are
   * worse in none are within the budget: ((z of the level + z of the power) * deviation /
   * budget)^2, rounded up, where the deviation is one probe's, and the missing power is divided
   * among the skills.
   */
  long probesNeeded(double budget, double level, int skills) {
    NormalDistribution normal = NormalDistribution.of(0, 1);
    double z =
        normal.inverseSurvivalProbability(level)
            + normal.inverseSurvivalProbability(MISSED / skills);
    double deviation = error * Math.sqrt(probes);
    return (long) Math.ceil(Math.pow(z * deviation / Math.log1p(budget), 2));
  }
}
