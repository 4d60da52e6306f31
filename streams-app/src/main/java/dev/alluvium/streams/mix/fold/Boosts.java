package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.streams.mix.quota.Shares;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.List;
import java.util.Map;
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
  static SortedMap<String, Integer> within(Map<String, Integer> boosts, ReplayRules rules) {
    SortedMap<String, Integer> within = new TreeMap<>(boosts);
    within.replaceAll((skill, times) -> Math.min(times, rules.getMostBoost()));
    within.values().removeIf(times -> times <= 1);
    return within;
  }

  /**
   * Examples that boosted skills have beside their usual ones: as many times their usual number as
   * they are boosted, as far as there are so many. What one cannot supply no other has.
   *
   * @param usual examples by skill as if nothing were boosted
   * @param kept examples there are by skill
   * @param room most of all together; where they are more, each skill has less in proportion
   */
  static SortedMap<String, Integer> more(
      SortedMap<String, Integer> boosts,
      SortedMap<String, Integer> usual,
      SortedMap<String, Integer> kept,
      int room) {
    SortedMap<String, Integer> more = new TreeMap<>();
    usual.forEach(
        (skill, n) -> {
          int times = boosts.getOrDefault(skill, 1);
          int extra = Math.min((times - 1) * n, kept.getOrDefault(skill, 0) - n);
          if (extra > 0) {
            more.put(skill, extra);
          }
        });
    if (more.values().stream().mapToInt(n -> n).sum() <= room) {
      return more;
    }
    Shares shares = new Shares(more);
    return shares.named(shares.quota(room, new long[shares.size()]));
  }
}
