package dev.alluvium.streams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.schemas.avro.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
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
        refused(() -> mix(Duration.ofMinutes(2), Map.of(), 64), "mix.tick is PT2M: expected"),
        refused(() -> mix(SECOND, Map.of("Math", 1), 64), "mix.weights names the skill 'Math'"),
        refused(() -> mix(SECOND, Map.of("math", -1), 64), "mix.weights.math is -1: expected 0 to"),
        refused(
            () -> mix(SECOND, Map.of(), 5_001), "mix.windowExamples is 5001: expected 1 to 5000"),
        refused(
            () ->
                new MixSettings(SECOND, Map.of("a", 0), 0, 8, 100, SECOND, 1, 0, 10, DAY, 0, 1, 2),
            "mix.defaultWeight and all weights are 0"),
        refused(
            () -> new MixSettings(SECOND, Map.of(), 1, 8, 0, SECOND, 9, -1, 7, SECOND, -1, 0, -1),
            "mix.windowTokens is 0: expected 1 to 8000000; mix.minFill is 9: expected 1 to 8;"
                + " mix.maxCarry is -1: expected 0 to 5000; mix.poolExamples is 7: expected 8 to"
                + " 1000000; mix.probesPerSkill is -1: expected 0 to 10000; mix.maxAhead is 0:"
                + " expected 1 to 64; mix.maxStaleness is -1: expected 0 to 64"),
        refused(
            () ->
                new MixSettings(
                    SECOND, Map.of(), 1, 8, 9, Duration.ZERO, 1, 0, 8, Duration.ZERO, 0, 1, 2),
            "mix.windowTime (ms) is 0: expected 1 or more"),
        refused(
            () -> new MixSettings(SECOND, Map.of(), 1, 8, 9, DAY, 1, 0, 8, SECOND, 0, 1, 2),
            "mix.poolTime (ms) is 1000: expected 86400000 or more"));
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
    assertThat(settings.mix().policy().getWindowExamples()).isEqualTo(64);
    assertThat(settings.curate().holdOut()).isEqualTo(0.05);
  }

  @Test
  void everyMixtureRuleReachesThePolicy() {
    MixSettings settings =
        new MixSettings(SECOND, Map.of("math", 3), 2, 40, 500, SECOND, 4, 5, 60, DAY, 7, 8, 9);
    assertThat(settings.policy())
        .isEqualTo(
            Policy.newBuilder()
                .setWeights(Map.of("math", 3))
                .setDefaultWeight(2)
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
                .build());
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
    return new CurateSettings(holdOut, dedup, chars, rules, skill, "");
  }

  private static MixSettings mix(Duration tick, Map<String, Integer> weights, int examples) {
    return new MixSettings(tick, weights, 1, examples, 100, SECOND, 1, 0, 10_000, DAY, 0, 1, 2);
  }
}
