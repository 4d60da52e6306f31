package dev.alluvium.trainer.gate;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * How often a skill's answers have been looked at. Two looks, after each half of the probes, share
 * one level: by O'Brien and Fleming's rule, "A multiple testing procedure for clinical trials",
 * Biometrics 35, 1979, what would do at the last look must be sqrt(2) times as far off at the
 * first, with 1.977 for 2.5 percent one-sided (Jennison and Turnbull, "Group Sequential Methods",
 * 2000, table 2.3).
 */
public enum Look {
  /** Half of the probes. */
  FIRST(1.977 * Math.sqrt(2)),
  /** All of them, the reserve included. */
  LAST(1.977);

  private final double z;

  Look(double z) {
    this.z = z;
  }

  /** A statistic below minus this shows that a drop is within its budget. */
  double z() {
    return z;
  }

  /** A statistic above this shows that it is beyond: the level is halved between the looks. */
  static double zBeyond(double level) {
    return NormalDistribution.of(0, 1).inverseSurvivalProbability(level / values().length);
  }
}
