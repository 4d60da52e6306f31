package dev.alluvium.streams.watch.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cumulative sums by hand, and the threshold by simulation. */
class ShareCusumTest {
  @Test
  void addsTheLogOfTheLikelihoodRatioAndRemembersSinceWhen() {
    ShareCusum sum = ShareCusum.ZERO.next(7, 3, 4, 0.5, 0.75, 1);
    // three hits, one miss: 3 ln 1.5 + ln 0.5 = ln 1.6875
    assertThat(sum.value()).isEqualTo(Math.log(1.6875), within(1e-12));
    ShareCusum two = sum.next(8, 2, 2, 0.5, 0.75, 1);
    assertThat(two.value()).isEqualTo(Math.log(1.6875 * 2.25), within(1e-12));
    assertThat(two.from()).isEqualTo(7);
    assertThat(two.share()).isEqualTo(5 / 6.0);
  }

  @Test
  void isNeverNegativeAndBeginsAnew() {
    ShareCusum sum = ShareCusum.ZERO.next(7, 4, 4, 0.5, 0.75, 1).next(8, 0, 9, 0.5, 0.75, 1);
    assertThat(sum).isEqualTo(ShareCusum.ZERO);
    assertThat(sum.next(9, 1, 1, 0.5, 0.75, 1).from()).isEqualTo(9);
  }

  @Test
  void dispersedDrawsAreLessEvidence() {
    double full = ShareCusum.ZERO.next(1, 9, 10, 0.5, 0.75, 1).value();
    assertThat(ShareCusum.ZERO.next(1, 9, 10, 0.5, 0.75, 4).value())
        .isEqualTo(full / 4, within(1e-12));
  }

  @Test
  void aWindowOfNothingChangesNothing() {
    ShareCusum sum = ShareCusum.ZERO.next(7, 3, 4, 0.5, 0.75, 1);
    assertThat(sum.next(8, 0, 0, 0.5, 0.75, 1)).isEqualTo(sum);
  }

  /** 1,500 flows of 200 windows: as many alarms as the threshold was made for, within a factor. */
  @ParameterizedTest
  @ValueSource(doubles = {0.03, 0.05, 0.1})
  void thresholdsMakeAsManyFalseAlarmsAsAllowed(double shift) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(5);
    int examples = 128;
    double share = 0.2;
    double theta = shift / Math.sqrt(share * (1 - share) / examples);
    double threshold = ShareCusum.threshold(0.05 / 200, theta);
    int alarmed = 0;
    for (int run = 0; run < 1_500; run++) {
      ShareCusum sum = ShareCusum.ZERO;
      for (int w = 1; w <= 200 && sum.value() < threshold; w++) {
        int hits = 0;
        for (int i = 0; i < examples; i++) {
          hits += random.nextInt() < Integer.MIN_VALUE + share * 0x1p32 ? 1 : 0;
        }
        sum = sum.next(w, hits, examples, share, share + shift, 1);
      }
      alarmed += sum.value() >= threshold ? 1 : 0;
    }
    assertThat(alarmed / 1_500.0).isBetween(0.02, 0.08);
  }

  @Test
  void theApproximationIsNotTrustedWhereItSaysLessThanAny() {
    assertThat(ShareCusum.threshold(1e-5, 0.0)).isPositive();
    assertThat(ShareCusum.threshold(1e-5, 50))
        .isEqualTo(Math.log(0.05 / 1e-5), within(1e-12))
        .isLessThan(Math.log(1 / 1e-5));
  }
}
