package dev.alluvium.cli.experiment;

import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A part of a stream: pairs that come mixed, up to a flush.
 *
 * @param amounts by skill, in multiples of a run's {@code pairs}
 */
record Phase(SortedMap<String, Double> amounts) {
  /** As many pairs of each of these skills as the run names. */
  static Phase of(String... skills) {
    SortedMap<String, Double> amounts = new TreeMap<>();
    for (String skill : skills) {
      amounts.put(skill, 1.0);
    }
    return new Phase(amounts);
  }

  /**
   * Pairs of all skills that the base model has.
   *
   * @param amount of all of them together
   */
  static Phase anchor(double amount) {
    SortedMap<String, Double> amounts = new TreeMap<>();
    for (Skill skill : Skills.OLD) {
      amounts.put(skill.name(), amount / Skills.OLD.size());
    }
    return new Phase(amounts);
  }

  /** Pairs of a skill. */
  int pairs(String skill, int unit) {
    return (int) Math.round(amounts.getOrDefault(skill, 0.0) * unit);
  }
}
