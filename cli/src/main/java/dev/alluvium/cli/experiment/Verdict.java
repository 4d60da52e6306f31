package dev.alluvium.cli.experiment;

import dev.alluvium.cli.experiment.Comparison.Estimate;
import dev.alluvium.cli.experiment.Comparison.Row;

/**
 * Whether an arm does what is claimed of it, beside naive training.
 *
 * @param arm which
 * @param learns whether it learns new skills as well as naive training, within a point
 * @param oldSkillRatio loss of the base model's skills, in losses of naive training
 * @param streamedSkillRatio the same of the skills streamed earlier
 */
record Verdict(String arm, boolean learns, double oldSkillRatio, double streamedSkillRatio) {
  private static final String NAIVE = Arm.NAIVE.name();

  /** So much less of new skills is taken for as good. */
  private static final double TOLERANCE = 0.01;

  /** At most so much of what naive training forgets may be forgotten. */
  private static final double HALF = 0.5;

  /** What the runs say of an arm; those of naive training must be among them. */
  static Verdict of(Comparison comparison, String arm) {
    Estimate less = comparison.difference(arm, NAIVE, Row.NEW_SKILL_ACCURACY);
    return new Verdict(
        arm,
        less.mean() >= -TOLERANCE,
        ratio(comparison, arm, Row.OLD_SKILL_LOSS),
        ratio(comparison, arm, Row.STREAMED_SKILL_LOSS));
  }

  private static double ratio(Comparison comparison, String arm, Row row) {
    return comparison.of(arm, row).mean() / comparison.of(NAIVE, row).mean();
  }

  /** Whether it forgets at most half of what naive training does of both, and learns as well. */
  boolean holds() {
    return learns && oldSkillRatio <= HALF && streamedSkillRatio <= HALF;
  }
}
