package dev.alluvium.cli.suite;

import dev.alluvium.cli.suite.skill.Skill;

/**
 * How hard the stream of a new skill is, and how much of it cannot even be rewritten.
 *
 * <p>With a base that solves the easy problems, rewrites wording B and cannot rewrite C, the
 * targets come out near 50/42/8 (subtract), 30/33/37 (program) and 66/26/8 (stone) percent MODEL,
 * PARAPHRASE and GOLD: the shares that S3FT (arXiv 2502.08130, table 3) reports for its three data
 * sets.
 *
 * @param hardShare share of the problems that the base cannot solve
 * @param foreignShare share of those whose gold is in wording C
 */
record StreamPlan(double hardShare, double foreignShare) {
  static StreamPlan of(Skill skill) {
    return switch (skill.name()) {
      case "subtract" -> new StreamPlan(0.50, 0.17);
      case "program" -> new StreamPlan(0.70, 0.53);
      case "stone" -> new StreamPlan(0.34, 0.24);
      default -> throw new IllegalArgumentException(skill.name() + " is not a new skill");
    };
  }

  int hard(int pairs) {
    return (int) Math.round(hardShare * pairs);
  }

  int foreign(int hard) {
    return (int) Math.round(foreignShare * hard);
  }
}
