package dev.alluvium.streams.watch.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.distribution.FDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tests of counts against published numbers, and how they behave when nothing differs. */
class CountTestTest {
  /** The example of SciPy's manual for chi2_contingency with lambda_="log-likelihood". */
  @Test
  void gAndItsProbabilityArePublishedOnes() {
    CountTest test =
        CountTest.compare(new long[] {10, 10, 20}, new long[] {20, 20, 20}, Dispersion.NONE);
    assertThat(test).isNotNull();
    assertThat(test.g()).isEqualTo(2.7688587616781319, within(1e-12));
    assertThat(test.degrees()).isEqualTo(2);
    assertThat(test.p()).isEqualTo(0.25046668010954165, within(1e-12));
  }

  /** The example of SciPy's manual for fisher_exact: p = 5 / 143. */
  @Test
  void smallCountsAreComparedExactly() {
    assertThat(CountTest.rates(8, 10, 1, 6, Dispersion.NONE)).isEqualTo(5 / 143.0, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"0,10,0,100", "10,10,100,100", "0,0,5,100"})
  void ratesThatCannotDifferDoNot(long hits, long trials, long otherHits, long others) {
    assertThat(CountTest.rates(hits, trials, otherHits, others, Dispersion.NONE)).isEqualTo(1);
  }

  @Test
  void rareSkillsAreTakenAsOneAndAloneSayNothing() {
    CountTest test =
        CountTest.compare(
            new long[] {100, 90, 1, 2}, new long[] {1000, 950, 9, 11}, Dispersion.NONE);
    assertThat(test).isNotNull();
    assertThat(test.degrees()).isEqualTo(1 + 1);
    assertThat(CountTest.compare(new long[] {50, 0}, new long[] {90, 0}, Dispersion.NONE)).isNull();
  }

  @Test
  void dispersionMakesTheSameCountsLessSurprising() {
    Dispersion threefold = new Dispersion(3, 200);
    double independent = CountTest.rates(300, 1_000, 2_000, 10_000, Dispersion.NONE);
    double batched = CountTest.rates(300, 1_000, 2_000, 10_000, threefold);
    CountTest test = CountTest.compare(new long[] {300, 700}, new long[] {2_000, 8_000}, threefold);
    assertThat(test).isNotNull();
    assertThat(batched).isEqualTo(test.p()).isGreaterThan(1e3 * independent);
    assertThat(batched)
        .isEqualTo(FDistribution.of(1, 200).survivalProbability(test.g() / 3), within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "4,4", "16,16"})
  void dispersionIsTheSizeOfTheBatches(int batch, double expected) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(batch);
    List<long[]> windows = new ArrayList<>();
    for (int w = 0; w < 200; w++) {
      long[] window = new long[5];
      for (int i = 0; i < 320; i += batch) {
        window[random.nextInt(5)] += batch;
      }
      windows.add(window);
    }
    assertThat(Dispersion.of(windows).factor()).isEqualTo(expected, within(0.15 * expected));
  }

  @Test
  void independentDrawsAreTakenForSuchAlmostAlways() {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(1);
    int visible = 0;
    for (int run = 0; run < 300; run++) {
      List<long[]> windows = new ArrayList<>();
      for (int w = 0; w < 40; w++) {
        long[] window = new long[4];
        for (int i = 0; i < 60; i++) {
          window[random.nextInt(4)]++;
        }
        windows.add(window);
      }
      visible += Dispersion.of(windows).equals(Dispersion.NONE) ? 0 : 1;
    }
    assertThat(visible).isLessThanOrEqualTo(9);
  }
}
