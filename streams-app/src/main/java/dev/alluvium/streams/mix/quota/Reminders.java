package dev.alluvium.streams.mix.quota;

import dev.alluvium.schemas.avro.DmtRules;
import java.math.BigInteger;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many trained examples of each specialised skill a general stage replays: a fraction k of each
 * skill's own data, not of the stage (DMT, arXiv 2310.05492, section 3.5).
 */
public final class Reminders {
  private static final long WHOLE = 1_000_000;

  private Reminders() {}

  /**
   * The reminders of a stage: {@code max(ceil(k * N), floor)} of a skill with N trained examples,
   * as far as its reservoir holds them; all together no larger a part of the stage than the cap.
   *
   * @param trained trained examples by specialised skill
   * @param kept examples in its reservoir by skill
   * @param stageExamples new examples of the stage
   * @param boosts how many times as many a skill has that slipped
   */
  public static SortedMap<String, Integer> of(
      DmtRules rules,
      Map<String, Long> trained,
      Map<String, Integer> kept,
      int stageExamples,
      Map<String, Integer> boosts) {
    SortedMap<String, Integer> reminders = new TreeMap<>();
    new TreeMap<>(trained)
        .forEach(
            (skill, n) -> {
              long wanted =
                  Math.max(rules.getFloor(), fraction(n, rules)) * boosts.getOrDefault(skill, 1);
              int reminder = (int) Math.min(wanted, kept.getOrDefault(skill, 0));
              if (reminder > 0) {
                reminders.put(skill, reminder);
              }
            });
    long most = stageExamples * (long) rules.getCap() / (WHOLE - rules.getCap());
    long sum = reminders.values().stream().mapToLong(Integer::longValue).sum();
    return sum <= most ? reminders : shrunk(reminders, (int) most);
  }

  /** How many of a stage's reminders belong into its first so many new examples. */
  public static int until(int reminders, int examples, int stageExamples) {
    return stageExamples == 0
        ? 0
        : (int) ((long) reminders * Math.min(examples, stageExamples) / stageExamples);
  }

  private static SortedMap<String, Integer> shrunk(SortedMap<String, Integer> reminders, int most) {
    Shares shares = new Shares(reminders);
    return shares.named(shares.quota(most, new long[shares.size()]));
  }

  private static long fraction(long n, DmtRules rules) {
    BigInteger[] parts =
        BigInteger.valueOf(n)
            .multiply(BigInteger.valueOf(rules.getFractionOf()))
            .divideAndRemainder(BigInteger.valueOf(rules.getFractionIn()));
    return parts[0].longValueExact() + parts[1].signum();
  }
}
