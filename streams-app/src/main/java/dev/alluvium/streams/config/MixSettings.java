package dev.alluvium.streams.config;

import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.QuotaUnit;
import dev.alluvium.streams.policy.PolicyRules;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The mixture rules and the mixer's tick.
 *
 * @param tick how often time is written into the ledger
 * @param policy how a window is divided: {@code proportional}, as the candidates come; {@code
 *     weighted}; {@code dmt}, weighted within two stages that take turns
 * @param weights relative share of each skill
 * @param defaultWeight relative share of a skill that is not named; 0 refuses it
 * @param unit what shares are shares of: {@code examples} or {@code tokens}
 * @param fill {@code elastic}: time and crowded pools close a window with what is there; {@code
 *     strict}: it waits for every skill's quota
 * @param caps most new examples of a skill in a window
 * @param refused what becomes of candidates that wait for a skill that a new policy refuses: {@code
 *     expire}, or {@code drain} into windows
 * @param windowExamples a window closes at this many new examples, at most 5,000
 * @param windowTokens the new examples of a window have at most this many estimated tokens
 * @param windowTime after this long a window takes what is there
 * @param minFill time alone closes no window with fewer examples
 * @param maxCarry most examples of deficit a skill carries into later windows
 * @param poolExamples most candidates a skill keeps waiting; the oldest expire first
 * @param poolTime a candidate that waited longer expires
 * @param probesPerSkill most probes of a skill's probe set
 * @param maxAhead windows that may be closed before the outcome of the oldest of them
 * @param maxStaleness a model's text becomes gold when the version that wrote it is more promotions
 *     old than this
 * @param replay what is kept of trained examples, and how much of it comes again
 * @param hygiene what is refused although it is well formed
 * @param dmt the stages of the policy {@code dmt}; without effect for the others
 */
public record MixSettings(
    Duration tick,
    String policy,
    Map<String, Integer> weights,
    int defaultWeight,
    String unit,
    String fill,
    Map<String, Integer> caps,
    String refused,
    int windowExamples,
    int windowTokens,
    Duration windowTime,
    int minFill,
    int maxCarry,
    int poolExamples,
    Duration poolTime,
    int probesPerSkill,
    int maxAhead,
    int maxStaleness,
    ReplaySettings replay,
    HygieneSettings hygiene,
    DmtSettings dmt) {

  private static final Duration MIN_TICK = Duration.ofMillis(10);
  private static final Duration MAX_TICK = Duration.ofMinutes(1);

  /** When a window is closed. */
  public enum Fill {
    ELASTIC,
    STRICT
  }

  /** What becomes of what waits for a skill that is refused from now on. */
  public enum Refused {
    EXPIRE,
    DRAIN
  }

  /** Checks the tick; the rules are checked by {@link #rules}. */
  public MixSettings {
    Require.within("mix.tick", tick, MIN_TICK, MAX_TICK);
  }

  /** Equal weights, windows of 64 examples, at most two ahead of the trainer. */
  public static MixSettings defaults() {
    return new MixSettings(
        Duration.ofSeconds(1),
        "weighted",
        Map.of(),
        1,
        "examples",
        "elastic",
        Map.of(),
        "expire",
        64,
        65_536,
        Duration.ofSeconds(30),
        8,
        64,
        10_000,
        Duration.ofDays(7),
        200,
        2,
        2,
        ReplaySettings.defaults(),
        HygieneSettings.defaults(),
        DmtSettings.defaults());
  }

  /** The settings of some rules. */
  public static MixSettings of(Duration tick, Policy rules) {
    return new MixSettings(
        tick,
        lower(rules.getKind()),
        rules.getWeights(),
        rules.getDefaultWeight(),
        lower(rules.getUnit()),
        lower(rules.getStrict() ? Fill.STRICT : Fill.ELASTIC),
        rules.getCaps(),
        lower(rules.getDrain() ? Refused.DRAIN : Refused.EXPIRE),
        rules.getWindowExamples(),
        rules.getWindowTokens(),
        Duration.ofMillis(rules.getWindowMillis()),
        rules.getMinFill(),
        rules.getMaxCarry(),
        rules.getPoolExamples(),
        Duration.ofMillis(rules.getPoolMillis()),
        rules.getProbesPerSkill(),
        rules.getMaxAhead(),
        rules.getMaxStaleness(),
        ReplaySettings.of(rules.getReplay()),
        HygieneSettings.of(rules.getHygiene()),
        rules.getDmt() == null ? DmtSettings.defaults() : DmtSettings.of(rules.getDmt()));
  }

  /**
   * The rules as they travel through the ledger.
   *
   * @throws IllegalArgumentException naming every key, value and bound that is wrong; the mixer
   *     checks the same again when it reads them
   */
  public Policy rules() {
    PolicyKind kind = Require.oneOf("mix.policy", policy, PolicyKind.values());
    Policy rules =
        Policy.newBuilder()
            .setKind(kind)
            .setWeights(new TreeMap<>(weights))
            .setDefaultWeight(defaultWeight)
            .setUnit(Require.oneOf("mix.unit", unit, QuotaUnit.values()))
            .setStrict(Require.oneOf("mix.fill", fill, Fill.values()) == Fill.STRICT)
            .setCaps(new TreeMap<>(caps))
            .setDrain(Require.oneOf("mix.refused", refused, Refused.values()) == Refused.DRAIN)
            .setWindowExamples(windowExamples)
            .setWindowTokens(windowTokens)
            .setWindowMillis(windowTime.toMillis())
            .setMinFill(minFill)
            .setMaxCarry(maxCarry)
            .setPoolExamples(poolExamples)
            .setPoolMillis(poolTime.toMillis())
            .setProbesPerSkill(probesPerSkill)
            .setMaxAhead(maxAhead)
            .setMaxStaleness(maxStaleness)
            .setReplay(replay.rules())
            .setHygiene(hygiene.rules())
            .setDmt(kind == PolicyKind.DMT ? dmt.rules() : null)
            .build();
    List<String> problems = PolicyRules.problems(rules);
    Require.that(problems.isEmpty(), "mix." + String.join("; mix.", problems));
    return rules;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
