package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many times as much is replayed of skills that slip within their budgets: doubled with every
 * version that is promoted while they slip, up to the policy's bound, and halved with every one
 * that is promoted while they do not, until all is clear.
 */
final class Boosts {
  private Boosts() {}

  /**
   * The boosts after a promotion.
   *
   * @param before those so far, above 1
   * @param slipped skills that slip now
   */
  static SortedMap<String, Integer> after(
      SortedMap<String, Integer> before, List<String> slipped, ReplayRules rules) {
    SortedMap<String, Integer> after = new TreeMap<>();
    before.forEach((skill, times) -> after.put(skill, times / 2));
    slipped.stream()
        .limit(PolicyRules.MAX_SKILLS)
        .forEach(skill -> after.put(skill, 2 * before.getOrDefault(skill, 1)));
    return within(after, rules);
  }

  /** Boosts as a policy allows them; those that change nothing are left out. */
  static SortedMap<String, Integer> within(SortedMap<String, Integer> boosts, ReplayRules rules) {
    SortedMap<String, Integer> within = new TreeMap<>(boosts);
    within.replaceAll((skill, times) -> Math.min(times, rules.getMostBoost()));
    within.values().removeIf(times -> times <= 1);
    return within;
  }
}
