package dev.alluvium.cli.experiment;

import static java.util.Objects.requireNonNull;

import dev.alluvium.cli.suite.Entry;
import dev.alluvium.cli.suite.Parts;
import dev.alluvium.cli.suite.skill.Skills;
import dev.alluvium.streams.ask.AskInput.NewPair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The pairs of a run, each handed out once: every phase goes on where the one before ended. */
final class Supply {
  private final Parts parts;
  private final int unit;
  private final Map<String, Iterator<Entry>> bySkill = new HashMap<>();

  /**
   * Draws all that the phases will ask for.
   *
   * @param unit pairs that an amount of 1 stands for
   * @throws IllegalArgumentException when a skill has not so many problems
   */
  Supply(Parts parts, List<Phase> phases, int unit) {
    this.parts = parts;
    this.unit = unit;
    Map<String, Integer> totals = new HashMap<>();
    phases.forEach(
        phase ->
            phase
                .amounts()
                .keySet()
                .forEach(skill -> totals.merge(skill, phase.pairs(skill, unit), Integer::sum)));
    totals.forEach(
        (skill, total) -> bySkill.put(skill, parts.stream(Skills.named(skill), total).iterator()));
  }

  /** The pairs of a phase, those of several skills in a drawn order. */
  List<NewPair> next(Phase phase) {
    List<Entry> entries = new ArrayList<>();
    for (String skill : phase.amounts().keySet()) {
      Iterator<Entry> rest = requireNonNull(bySkill.get(skill));
      for (int i = phase.pairs(skill, unit); i > 0; i--) {
        entries.add(rest.next());
      }
    }
    return SuitePairs.of(phase.amounts().size() > 1 ? parts.mixed(entries) : entries);
  }
}
