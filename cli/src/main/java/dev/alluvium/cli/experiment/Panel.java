package dev.alluvium.cli.experiment;

import dev.alluvium.cli.suite.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Held-out problems by skill, answered in writing and judged exactly. */
final class Panel {
  private final Map<String, List<Entry>> bySkill = new LinkedHashMap<>();

  /** A panel of these problems. */
  Panel(List<Entry> problems) {
    problems.forEach(
        problem ->
            bySkill.computeIfAbsent(problem.skill(), skill -> new ArrayList<>()).add(problem));
  }

  /** All skills. */
  Set<String> skills() {
    return bySkill.keySet();
  }

  /** Share of right answers of each skill. */
  Map<String, Double> accuracy(Student student, Set<String> skills) {
    Map<String, Double> shares = new LinkedHashMap<>();
    bySkill.forEach(
        (skill, problems) -> {
          if (skills.contains(skill)) {
            shares.put(skill, (double) right(student, problems) / problems.size());
          }
        });
    return shares;
  }

  private static int right(Student student, List<Entry> problems) {
    List<String> answers = student.answer(problems.stream().map(Entry::instruction).toList());
    int right = 0;
    for (int i = 0; i < problems.size(); i++) {
      right += problems.get(i).key().accepts(answers.get(i)) ? 1 : 0;
    }
    return right;
  }
}
