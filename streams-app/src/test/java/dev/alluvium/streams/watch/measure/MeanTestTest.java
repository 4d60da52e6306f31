package dev.alluvium.streams.watch.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.streams.watch.measure.MeanTest.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** The test of mean lengths: what it says of a change, and how rarely it errs. */
class MeanTestTest {
  @Test
  void meansAreOnTheirOwnScale() {
    MeanTest test = MeanTest.compare(new Sample(600, 3), windows(1, 20, 50));
    assertThat(test).isNotNull();
    assertThat(test.value()).isEqualTo(200);
    assertThat(test.reference()).isEqualTo(100, within(10.0));
  }

  @Test
  void tooLittleIsNotCompared() {
    assertThat(MeanTest.compare(new Sample(600, 3), windows(1, 9, 50))).isNull();
    assertThat(MeanTest.compare(new Sample(0, 0), windows(1, 20, 50))).isNull();
    List<Sample> withGaps = new ArrayList<>(windows(1, 9, 50));
    withGaps.add(new Sample(0, 0));
    assertThat(MeanTest.compare(new Sample(600, 3), withGaps)).isNull();
  }

  @Test
  void lengthsThatNeverVaryDifferAtOnce() {
    List<Sample> constant = Collections.nCopies(20, new Sample(1000, 10));
    MeanTest same = MeanTest.compare(new Sample(500, 5), constant);
    MeanTest other = MeanTest.compare(new Sample(505, 5), constant);
    assertThat(same).isNotNull();
    assertThat(other).isNotNull();
    assertThat(same.p()).isEqualTo(1);
    assertThat(other.p()).isZero();
  }

  @Test
  void aDoubledLengthIsSeenAndAnUnchangedOneRarely() {
    int seen = 0;
    int wrong = 0;
    for (int seed = 0; seed < 500; seed++) {
      List<Sample> windows = windows(seed, 53, 50);
      List<Sample> reference = windows.subList(0, 50);
      double sum = windows.subList(50, 53).stream().mapToDouble(Sample::sum).sum();
      MeanTest same = MeanTest.compare(new Sample(sum, 150), reference);
      MeanTest doubled = MeanTest.compare(new Sample(2 * sum, 150), reference);
      assertThat(same).isNotNull();
      assertThat(doubled).isNotNull();
      wrong += same.p() < 0.01 ? 1 : 0;
      seen += doubled.p() < 1e-6 ? 1 : 0;
    }
    assertThat(wrong).isLessThanOrEqualTo(10);
    assertThat(seen).isGreaterThan(450);
  }

  /** Windows of examples whose lengths have a long tail and a mean of 100. */
  private static List<Sample> windows(long seed, int windows, int examples) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    List<Sample> samples = new ArrayList<>();
    for (int w = 0; w < windows; w++) {
      double sum = 0;
      for (int i = 0; i < examples; i++) {
        sum += 100 * Math.exp(0.8 * normal.sample() - 0.32);
      }
      samples.add(new Sample(sum, examples));
    }
    return samples;
  }
}
