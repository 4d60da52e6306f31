package dev.alluvium.streams.config;

import dev.alluvium.schemas.avro.ReplayRules;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is kept of trained examples, and how much of it comes again.
 *
 * @param share share of replayed examples in a window, 0 to 0.9; DMT has quotas instead
 * @param weights relative share of each skill in what is replayed; of a skill that is not named 1
 * @param reservoirExamples most examples kept of a skill
 * @param reservoirMiB most that is kept of a skill
 * @param mostBoost a skill that slips within its budget is replayed at most so many times as much
 */
public record ReplaySettings(
    double share,
    Map<String, Integer> weights,
    int reservoirExamples,
    int reservoirMiB,
    int mostBoost) {
  private static final int MIB = 1 << 20;

  /** One example in five, from as many as a thousand of each skill. */
  public static ReplaySettings defaults() {
    return new ReplaySettings(0.2, Map.of(), 1_000, 16, 4);
  }

  /** The settings of rules. */
  static ReplaySettings of(ReplayRules rules) {
    return new ReplaySettings(
        Millionths.toShare(rules.getShare()),
        rules.getWeights(),
        rules.getReservoirExamples(),
        (int) (rules.getReservoirBytes() / MIB),
        rules.getMostBoost());
  }

  ReplayRules rules() {
    return new ReplayRules(
        Millionths.of("mix.replay.share", share),
        new TreeMap<>(weights),
        reservoirExamples,
        (long) reservoirMiB * MIB,
        mostBoost);
  }
}
