package dev.alluvium.trainer.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossHistoryTest {
  private static LossHistory after(String stage, double... losses) {
    LossHistory history = LossHistory.none();
    for (double loss : losses) {
      history = history.with(stage, 8, loss);
    }
    return history;
  }

  @Test
  void aLossFarAboveTheMedianIsASpike() {
    LossHistory history = after("", 2, 1, 9, 1, 1); // the median is 1, whatever one window was
    assertThat(history.spike("", 8, 2.99, 3)).isEmpty();
    assertThat(history.spike("", 8, 3.01, 3))
        .hasValueSatisfying(
            why ->
                assertThat(why).contains("3.010", "3.000", "train.guard.lossSpike (3.0)", "5 win"));
    assertThat(history.spike("", 8, 3.01, 4)).isEmpty();
    assertThat(history.spike("", 8, 1e9, 0)).as("0 is no limit").isEmpty();
  }

  @Test
  void fewWindowsSayNothing() {
    assertThat(after("", 1, 1, 1, 1).spike("", 8, 99, 3)).isEmpty();
  }

  @Test
  void smallLossesMustRiseByHalfANatToo() {
    LossHistory history = after("", .1, .1, .1, .1, .1);
    assertThat(history.spike("", 8, .59, 3)).isEmpty();
    assertThat(history.spike("", 8, .61, 3)).isPresent();
  }

  @Test
  void stagesAreApartAndOldWindowsAreForgotten() {
    LossHistory history = after("G", 1, 1, 1, 1, 1);
    assertThat(history.spike("S", 8, 99, 3)).isEmpty();
    assertThat(history.spike("G", 8, 99, 3)).isPresent();

    for (int i = 0; i < LossHistory.REMEMBERED; i++) {
      history = history.with("G", 8, 50);
    }
    assertThat(history.spike("G", 8, 99, 3)).isEmpty();
    assertThat(history.byStage())
        .isEqualTo(Map.of("G", Collections.nCopies(LossHistory.REMEMBERED, 50.0)));
  }

  @Test
  void aFewExamplesAreNeitherJudgedNorRemembered() {
    LossHistory history = after("", 1, 1, 1, 1, 1);
    assertThat(history.spike("", 7, 99, 3)).isEmpty();
    assertThat(history.with("", 7, 99)).isEqualTo(history);
    assertThat(history.with("", 8, 0)).as("no step of its first pass counted").isEqualTo(history);
  }

  @Test
  void afterThreeWindowsInQuarantineTheNextIsTheFirstOfAnotherTime() {
    LossHistory history = after("", 1, 1, 1, 1, 1);
    for (int i = 0; i < LossHistory.MOST_PASSED_OVER; i++) {
      assertThat(history.spike("", 8, 9, 3)).isPresent();
      history = history.passingOver();
    }
    assertThat(history.spike("", 8, 9, 3)).isEmpty();
    history = history.with("", 8, 9);
    assertThat(history).isEqualTo(new LossHistory(Map.of("", List.of(9.0)), 0));

    LossHistory one = after("", 1, 1, 1, 1, 1).passingOver().with("", 8, 1);
    assertThat(one.passedOver()).as("only windows in a row count").isZero();
    assertThat(one.spike("", 8, 9, 3)).isPresent();
  }
}
