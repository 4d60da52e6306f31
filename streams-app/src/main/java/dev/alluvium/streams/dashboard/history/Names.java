package dev.alluvium.streams.dashboard.history;

import dev.alluvium.streams.policy.PolicyRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names that things are counted under, each with a number that never changes. Bounded: names beyond
 * the most share {@link PolicyRules#OTHER_SKILLS}, so no input can make it grow.
 */
final class Names {
  private final int most;
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  /** Room for so many names and for the rest. */
  Names(int most) {
    this.most = most;
  }

  /** The number a name is counted under. */
  int numberOf(String name) {
    String cut = Texts.cut(name, Texts.NAME);
    Integer known = numbers.get(cut);
    if (known != null) {
      return known;
    }
    String counted = numbers.size() < most ? cut : PolicyRules.OTHER_SKILLS;
    Integer next = numbers.size();
    Integer taken = numbers.putIfAbsent(counted, next);
    return taken == null ? next : taken;
  }

  /** All names in the order of their numbers. */
  List<String> all() {
    return List.copyOf(numbers.keySet());
  }
}
