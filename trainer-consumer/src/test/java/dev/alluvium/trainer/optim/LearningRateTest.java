package dev.alluvium.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class LearningRateTest {
  @Test
  void warmsUpInEqualStepsAndStays() {
    LearningRate rate = LearningRate.constant(0.8, 3);
    assertThat(rate.at(0)).isCloseTo(0.2, within(1e-12));
    assertThat(rate.at(2)).isCloseTo(0.6, within(1e-12));
    assertThat(rate.at(3)).isEqualTo(0.8);
    assertThat(rate.at(1_000_000)).isEqualTo(0.8);
    assertThat(LearningRate.constant(0.8, 0).at(0)).isEqualTo(0.8);
  }

  @Test
  void cosineFallsFromPeakOverTheMiddleToTheFloor() {
    LearningRate rate = LearningRate.cosine(1.0, 0.2, 10, 110);
    assertThat(rate.at(10)).isCloseTo(1.0, within(1e-12));
    assertThat(rate.at(35)).isCloseTo(0.2 + 0.8 * (1 + Math.sqrt(0.5)) / 2, within(1e-12));
    assertThat(rate.at(60)).isCloseTo(0.6, within(1e-12));
    assertThat(rate.at(110)).isCloseTo(0.2, within(1e-12));
    assertThat(rate.at(500)).isCloseTo(0.2, within(1e-12));
    assertThat(rate.at(9)).isLessThan(1.0);
  }

  @Test
  void refusesWhatIsNoSchedule() {
    assertThatThrownBy(() -> LearningRate.constant(0, 1)).hasMessageContaining("learning rate 0.0");
    assertThatThrownBy(() -> LearningRate.cosine(1, 2, 0, 10)).hasMessageContaining("floor 2.0");
    assertThatThrownBy(() -> LearningRate.cosine(1, 0, 10, 10)).hasMessageContaining("total 10");
  }
}
