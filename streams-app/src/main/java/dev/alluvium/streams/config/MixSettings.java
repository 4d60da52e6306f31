package dev.alluvium.streams.config;

import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.streams.policy.PolicyRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The mixture rules and the mixer's tick.
 *
 * @param tick how often time is written into the ledger
 * @param weights relative share of each skill
 * @param defaultWeight relative share of a skill that is not named; 0 refuses it
 * @param windowExamples a window closes at this many examples, at most 5,000
 * @param windowTokens a window holds at most this many estimated tokens
 * @param windowTime after this long a window takes what is there
 * @param minFill time alone closes no window with fewer examples
 * @param maxCarry most examples of deficit a skill carries into later windows
 * @param poolExamples most candidates a skill keeps waiting; the oldest expire first
 * @param poolTime a candidate that waited longer expires
 * @param probesPerSkill most probes of a skill's probe set
 * @param maxAhead windows that may be closed before the outcome of the oldest of them
 * @param maxStaleness a model's text becomes gold when the version that wrote it is more promotions
 *     old than this
 */
public record MixSettings(
    Duration tick,
    Map<String, Integer> weights,
    int defaultWeight,
    int windowExamples,
    int windowTokens,
    Duration windowTime,
    int minFill,
    int maxCarry,
    int poolExamples,
    Duration poolTime,
    int probesPerSkill,
    int maxAhead,
    int maxStaleness) {

  private static final Duration MIN_TICK = Duration.ofMillis(10);
  private static final Duration MAX_TICK = Duration.ofMinutes(1);

  /** Checks every value; the mixer checks the policy again when it reads it from the ledger. */
  public MixSettings {
    Require.within("mix.tick", tick, MIN_TICK, MAX_TICK);
    weights = Map.copyOf(new TreeMap<>(weights));
    List<String> problems =
        PolicyRules.problems(
            policy(
                weights,
                defaultWeight,
                windowExamples,
                windowTokens,
                windowTime,
                minFill,
                maxCarry,
                poolExamples,
                poolTime,
                probesPerSkill,
                maxAhead,
                maxStaleness));
    Require.that(problems.isEmpty(), "mix." + String.join("; mix.", problems));
  }

  /** Equal weights, windows of 64 examples, at most two ahead of the trainer. */
  public static MixSettings defaults() {
    return new MixSettings(
        Duration.ofSeconds(1),
        Map.of(),
        1,
        64,
        65_536,
        Duration.ofSeconds(30),
        8,
        64,
        10_000,
        Duration.ofDays(7),
        200,
        2,
        2);
  }

  /** The rules as they travel through the ledger. */
  public Policy policy() {
    return policy(
        weights,
        defaultWeight,
        windowExamples,
        windowTokens,
        windowTime,
        minFill,
        maxCarry,
        poolExamples,
        poolTime,
        probesPerSkill,
        maxAhead,
        maxStaleness);
  }

  private static Policy policy(
      Map<String, Integer> weights,
      int defaultWeight,
      int windowExamples,
      int windowTokens,
      Duration windowTime,
      int minFill,
      int maxCarry,
      int poolExamples,
      Duration poolTime,
      int probesPerSkill,
      int maxAhead,
      int maxStaleness) {
    return new Policy(
        new TreeMap<>(weights),
        defaultWeight,
        windowExamples,
        windowTokens,
        windowTime.toMillis(),
        minFill,
        maxCarry,
        poolExamples,
        poolTime.toMillis(),
        probesPerSkill,
        maxAhead,
        maxStaleness);
  }
}
