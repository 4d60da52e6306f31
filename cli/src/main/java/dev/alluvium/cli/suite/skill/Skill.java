package dev.alluvium.cli.suite.skill;

import org.apache.commons.rng.UniformRandomProvider;

/** An ability of the suite: makes problems that can be judged exactly. */
public interface Skill {
  /** The name in records and tables. */
  String name();

  /** Whether there are problems that the base model is not taught. */
  boolean hasHard();

  /**
   * Draws a problem.
   *
   * @param split what it is for
   * @param level {@link Level#HARD} only if {@link #hasHard()}
   */
  Item draw(Split split, Level level, UniformRandomProvider random);

  /**
   * Draws a problem whose answer can be found in gold alone: what rewriting is taught with. It is
   * never one that is probed or streamed.
   */
  default Item drawToRewrite(Level level, UniformRandomProvider random) {
    return draw(Split.BASE, level, random);
  }
}
