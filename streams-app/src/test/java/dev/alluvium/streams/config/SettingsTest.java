package dev.alluvium.streams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.schemas.avro.DmtRules;
import dev.alluvium.schemas.avro.HygieneRules;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.QuotaUnit;
import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.streams.mix.fold.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A wrong value is refused by name, with the value and what was expected. */
class SettingsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration DAY = Duration.ofDays(1);

  static Stream<Arguments> wrong() {
    return Stream.of(
        refused(() -> streams("", 1, SECOND, 0, -1), "streams.stateDir is empty"),
        refused(() -> streams("s", 0, SECOND, 0, -1), "streams.threads is 0: expected 1 to 64"),
        refused(
            () -> streams("s", 1, Duration.ofSeconds(6), 0, -1),
            "streams.commitInterval is PT6S: expected PT0.01S to PT5S"),
        refused(() -> streams("s", 1, SECOND, 4, -1), "streams.standbys is 4: expected 0 to 3"),
        refused(
            () -> streams("s", 1, SECOND, 0, 0),
            "streams.replicationFactor is 0: expected -1 or 1 and more"),
        refused(() -> curate(0.6, 1, 1, Map.of(), "g"), "curate.holdOut is 0.6: expected 0 to 0.5"),
        refused(() -> curate(Double.NaN, 1, 1, Map.of(), "g"), "curate.holdOut is NaN"),
        refused(() -> curate(0, 0, 1, Map.of(), "g"), "curate.dedupEntries is 0: expected 1 to"),
        refused(() -> curate(0, 1, 0, Map.of(), "g"), "curate.maxTextChars is 0: expected 1 to"),
        refused(
            () -> curate(0, 1, 1, Map.of("A", "a"), "g"), "curate.skillRules names the skill 'A'"),
        refused(
            () -> curate(0, 1, 1, Map.of("a", "("), "g"),
            "curate.skillRules.a is '(': expected a regular expression: Unclosed group"),
        refused(() -> curate(0, 1, 1, Map.of(), "G"), "curate.defaultSkill names the skill 'G'"),
        refused(
            () -> MixSettings.of(Duration.ofMinutes(2), rules().build()),
            "mix.tick is PT2M: expected"),
        rule(r -> r.setWeights(Map.of("Math", 1)), "mix.weights names the skill 'Math'"),
        rule(r -> r.setWeights(Map.of("math", -1)), "mix.weights.math is -1: expected 0 to"),
        rule(r -> r.setCaps(Map.of("math", 9)), "mix.caps.math is 9: expected 1 to 8"),
        rule(r -> r.setWindowExamples(5_001), "mix.windowExamples is 5001: expected 1 to 5000"),
        rule(
            r -> r.setWeights(Map.of("a", 0)).setDefaultWeight(0),
            "mix.defaultWeight and all weights are 0"),
        rule(
            r ->
                r.setWindowTokens(0)
                    .setMinFill(9)
                    .setMaxCarry(-1)
                    .setPoolExamples(7)
                    .setProbesPerSkill(-1)
                    .setMaxAhead(0)
                    .setMaxStaleness(-1),
            "mix.windowTokens is 0: expected 1 to 8000000; mix.minFill is 9: expected 1 to 8;"
                + " mix.maxCarry is -1: expected 0 to 5000; mix.poolExamples is 7: expected 8 to"
                + " 1000000; mix.probesPerSkill is -1: expected 0 to 10000; mix.maxAhead is 0:"
                + " expected 1 to 64; mix.maxStaleness is -1: expected 0 to 64"),
        rule(r -> r.setWindowMillis(0), "mix.windowTime (ms) is 0: expected 1 or more"),
        rule(r -> r.setPoolMillis(9_999), "mix.poolTime (ms) is 9999: expected 10000 or more"),
        rule(
            r -> r.setReplay(new ReplayRules(900_001, Map.of(), 1, 1L, 1)),
            "mix.replay.share (millionths) is 900001: expected 0 to 900000"),
        rule(
            r -> r.setReplay(new ReplayRules(0, Map.of("A", 1), -1, -1L << 20, 17)),
            "mix.replay.weights names the skill 'A': expected [a-z][a-z0-9_-]{0,31};"
                + " mix.replay.reservoirExamples is -1: expected 0 to 100000;"
                + " mix.replay.reservoirMiB (bytes) is -1048576: expected 0 to 1073741824;"
                + " mix.replay.mostBoost is 17: expected 1 to 16"),
        rule(
            r ->
                r.setWindowExamples(5_000)
                    .setPoolExamples(5_000)
                    .setReplay(new ReplayRules(500_000, Map.of(), 1, 1L, 1)),
            "mix.windowExamples is 5000 and makes 10000 with what is replayed: expected at most 5000"),
        rule(
            r -> r.setHygiene(new HygieneRules(1_000_001, 0, 1L, 0)),
            "mix.hygiene.similarity is 1.000001: expected 0 to 1"),
        rule(
            r -> r.setHygiene(new HygieneRules(0, 0, 1L, -1)),
            "mix.hygiene.overlap is -1.0E-6: expected 0 to 1"),
        rule(
            r -> r.setHygiene(new HygieneRules(0, -1, 0L, 0)),
            "mix.hygiene.remembered is -1: expected 0 to 200000; mix.hygiene.rememberTime (ms) is 0:"
                + " expected 1 or more"),
        rule(
            r ->
                r.setKind(PolicyKind.DMT)
                    .setDmt(new DmtRules(List.of(), -1, -1, 3L, 2L, -1, 900_001)),
            "mix.dmt.general names 0 skills: expected 1 to 64; mix.dmt.specialisedWindows is -1:"
                + " expected 0 to 100000; mix.dmt.generalExamples is -1: expected 0 to 1000000;"
                + " mix.dmt.fraction (numerator) is 3: expected 0 to 2; mix.dmt.floor is -1:"
                + " expected 0 to 5000; mix.dmt.cap (millionths) is 900001: expected 0 to 900000"),
        word(
            "policy",
            "dmtt",
            "mix.policy is 'dmtt': expected one of [proportional, weighted, dmt]"),
        word("unit", "words", "mix.unit is 'words': expected one of [examples, tokens]"),
        word("fill", "loose", "mix.fill is 'loose': expected one of [elastic, strict]"),
        word("refused", "keep", "mix.refused is 'keep': expected one of [expire, drain]"),
        refused(() -> dmt("1/0"), "mix.dmt.fraction (denominator) is 0: expected 1 to 1000000"),
        refused(() -> dmt("0.1"), "mix.dmt.fraction is '0.1': expected two whole numbers"));
  }

  private static Arguments rule(Consumer<Policy.Builder> change, String message) {
    Policy.Builder rules = rules();
    change.accept(rules);
    MixSettings settings = MixSettings.of(SECOND, rules.build());
    return refused(settings::rules, message);
  }

  private static Arguments word(String key, String value, String message) {
    return refused(() -> mix(Map.of(key, value), DmtSettings.defaults()).rules(), message);
  }

  private static void dmt(String fraction) {
    mix(Map.of("policy", "dmt"), new DmtSettings("general", 1, 1, fraction, 0, 0)).rules();
  }

  private static Arguments refused(ThrowingCallable made, String message) {
    return arguments(message, made);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void refuses(String message, ThrowingCallable made) {
    assertThatThrownBy(made)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void defaultsAreValid() {
    StreamsSettings settings = StreamsSettings.defaults("state");
    assertThat(settings.mix().rules().getWindowExamples()).isEqualTo(64);
    assertThat(settings.curate().holdOut()).isEqualTo(0.05);
  }

  @Test
  void everyMixtureRuleReachesThePolicy() {
    MixSettings settings =
        new MixSettings(
            SECOND,
            "dmt",
            Map.of("math", 3),
            2,
            "tokens",
            "strict",
            Map.of("math", 30),
            "drain",
            40,
            500,
            SECOND,
            4,
            5,
            60,
            DAY,
            7,
            8,
            9,
            new ReplaySettings(0.25, Map.of("math", 2), 11, 12, 5),
            new HygieneSettings(0.75, 16, DAY, 0.5),
            new DmtSettings("general, chat", 13, 14, "1/256", 15, 0.125));
    Policy rules =
        Policy.newBuilder()
            .setKind(PolicyKind.DMT)
            .setWeights(Map.of("math", 3))
            .setDefaultWeight(2)
            .setUnit(QuotaUnit.TOKENS)
            .setStrict(true)
            .setCaps(Map.of("math", 30))
            .setDrain(true)
            .setWindowExamples(40)
            .setWindowTokens(500)
            .setWindowMillis(1_000)
            .setMinFill(4)
            .setMaxCarry(5)
            .setPoolExamples(60)
            .setPoolMillis(86_400_000)
            .setProbesPerSkill(7)
            .setMaxAhead(8)
            .setMaxStaleness(9)
            .setReplay(new ReplayRules(250_000, Map.of("math", 2), 11, 12L << 20, 5))
            .setHygiene(new HygieneRules(750_000, 16, 86_400_000L, 500_000))
            .setDmt(new DmtRules(List.of("chat", "general"), 13, 14, 1L, 256L, 15, 125_000))
            .build();
    assertThat(settings.rules()).isEqualTo(rules);
    assertThat(MixSettings.of(SECOND, rules).rules()).isEqualTo(rules);
  }

  @Test
  void rulesKeepTheirOrder() {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put("z", "1");
    rules.put("a", "2");
    rules.put("m", "3");
    assertThat(new ArrayList<>(curate(0, 1, 1, rules, "g").skillRules().keySet()))
        .containsExactly("z", "a", "m");
  }

  private static StreamsSettings streams(
      String stateDir, int threads, Duration commit, int standbys, int replication) {
    return new StreamsSettings(
        stateDir,
        threads,
        commit,
        standbys,
        replication,
        CurateSettings.defaults(),
        S3ftSettings.defaults(),
        JudgeSettings.DEFAULT,
        MixSettings.defaults(),
        WatchSettings.defaults());
  }

  private static CurateSettings curate(
      double holdOut, int dedup, int chars, Map<String, String> rules, String skill) {
    return new CurateSettings(holdOut, dedup, chars, rules, skill, "", "", "");
  }

  private static Policy.Builder rules() {
    return Policy.newBuilder(Ledger.policy(8, Map.of()));
  }

  private static MixSettings mix(Map<String, String> words, DmtSettings dmt) {
    MixSettings usual = MixSettings.defaults();
    return new MixSettings(
        usual.tick(),
        words.getOrDefault("policy", usual.policy()),
        usual.weights(),
        usual.defaultWeight(),
        words.getOrDefault("unit", usual.unit()),
        words.getOrDefault("fill", usual.fill()),
        usual.caps(),
        words.getOrDefault("refused", usual.refused()),
        usual.windowExamples(),
        usual.windowTokens(),
        usual.windowTime(),
        usual.minFill(),
        usual.maxCarry(),
        usual.poolExamples(),
        usual.poolTime(),
        usual.probesPerSkill(),
        usual.maxAhead(),
        usual.maxStaleness(),
        usual.replay(),
        usual.hygiene(),
        dmt);
  }
}
