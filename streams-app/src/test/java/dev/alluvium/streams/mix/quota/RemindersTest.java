package dev.alluvium.streams.mix.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.DmtRules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemindersTest {
  /**
   * The paper's data (section 4.1): 110K GSM8K-RFT responses, 20K Code Alpaca, about 90K ShareGPT.
   */
  private static final Map<String, Long> TRAINED = Map.of("math", 110_000L, "code", 20_000L);

  private static final int GENERAL = 90_000;

  /** Second stages of DMT for the fractions of the paper's table; shares worked out by hand. */
  @ParameterizedTest
  @CsvSource({
    "1, 256, 430, 79, 0.56",
    "1, 64, 1719, 313, 2.2",
    "1, 16, 6875, 1250, 8.3",
    "1, 4, 27500, 5000, 26.5",
    "1, 1, 110000, 20000, 59.1"
  })
  void reproducesTheCompositionOfThePapersSecondStage(
      long numerator, long denominator, int math, int code, double percent) {
    Map<String, Integer> kept = Map.of("math", 110_000, "code", 20_000);
    Map<String, Integer> reminders =
        Reminders.of(rules(numerator, denominator, 0, 900_000), TRAINED, kept, GENERAL, Map.of());
    assertThat(reminders).isEqualTo(Map.of("math", math, "code", code));
    double share = 100.0 * (math + code) / (math + code + GENERAL);
    assertThat(share).isCloseTo(percent, org.assertj.core.data.Offset.offset(0.05));
  }

  @Test
  void remindsOfNothingWhenTheFractionIsNone() {
    assertThat(Reminders.of(rules(0, 1, 0, 900_000), TRAINED, Map.of("math", 9), GENERAL, Map.of()))
        .isEmpty();
  }

  @Test
  void keepsTheFloorAsFarAsTheReservoirHoldsIt() {
    assertThat(
            Reminders.of(
                rules(1, 256, 16, 900_000),
                Map.of("code", 300L, "math", 300L, "sql", 3L),
                Map.of("code", 300, "math", 7),
                1_000,
                Map.of()))
        .isEqualTo(Map.of("code", 16, "math", 7));
  }

  @Test
  void remindsMoreOfASkillThatSlipped() {
    assertThat(
            Reminders.of(
                rules(1, 10, 16, 900_000),
                Map.of("code", 300L, "math", 300L, "sql", 3L),
                Map.of("code", 300, "math", 100, "sql", 3),
                1_000,
                Map.of("math", 4, "sql", 2)))
        .isEqualTo(Map.of("code", 30, "math", 100, "sql", 3));
  }

  @Test
  void keepsTheCapByShrinkingAllInProportion() {
    assertThat(
            Reminders.of(
                rules(1, 1, 0, 250_000),
                Map.of("code", 100L, "math", 300L),
                Map.of("code", 100, "math", 300),
                300,
                Map.of()))
        .isEqualTo(Map.of("code", 25, "math", 75));
  }

  @Test
  void spreadsRemindersOverTheStage() {
    assertThat(Reminders.until(10, 0, 100)).isZero();
    assertThat(Reminders.until(10, 55, 100)).isEqualTo(5);
    assertThat(Reminders.until(10, 100, 100)).isEqualTo(10);
    assertThat(Reminders.until(10, 130, 100)).isEqualTo(10);
    assertThat(Reminders.until(10, 0, 0)).isZero();
  }

  private static DmtRules rules(long numerator, long denominator, int floor, int cap) {
    return new DmtRules(List.of("general"), 0, 0, numerator, denominator, floor, cap);
  }
}
