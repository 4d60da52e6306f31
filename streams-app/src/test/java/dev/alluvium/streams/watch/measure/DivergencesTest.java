package dev.alluvium.streams.watch.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Distances between mixes, held to closed forms. */
class DivergencesTest {
  private static final double[] EVEN = {5e8, 5e8};

  @Test
  void likeMixesAreNotApartWhateverTheyWereCountedOn() {
    double[] few = {1, 2, 3};
    double[] many = {1e9, 2e9, 3e9};
    assertThat(Divergences.jensenShannon(few, many)).isZero();
    assertThat(Divergences.cramersV(few, many)).isZero();
    assertThat(Divergences.psi(many, many)).isZero();
  }

  @Test
  void mixesThatShareNoSkillAreAsFarApartAsCanBe() {
    double[] one = {7, 0};
    double[] other = {0, 3};
    assertThat(Divergences.jensenShannon(one, other)).isEqualTo(1, within(1e-12));
    assertThat(Divergences.cramersV(one, other)).isEqualTo(1, within(1e-12));
    assertThat(Divergences.psi(one, other)).isFinite().isGreaterThan(2);
  }

  @Test
  void valuesAreThoseOfTheClosedForms() {
    // (0.6 - 0.5) ln(0.6 / 0.5) + (0.4 - 0.5) ln(0.4 / 0.5) = 0.1 ln 1.5
    assertThat(Divergences.psi(new double[] {6e8, 4e8}, EVEN))
        .isEqualTo(0.1 * Math.log(1.5), within(1e-8));
    // a certain skill against an even coin: 3/2 - 3/4 log2 3 bits
    assertThat(Divergences.jensenShannon(new double[] {9, 0}, EVEN))
        .isEqualTo(1.5 - 0.75 * Math.log(3) / Math.log(2), within(1e-12));
    assertThat(Divergences.cramersV(new double[] {6, 4}, EVEN))
        .isEqualTo(Math.sqrt((0.01 / 1.1 + 0.01 / 0.9) / 2), within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void cramersVIsThatOfTheTableWhenBothMixesAreCountedOnAsMany(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    long[] a = new long[4];
    long[] b = new long[4];
    for (int i = 0; i < 4_000; i++) {
      a[random.nextInt(4)]++;
      b[Math.min(random.nextInt(4), random.nextInt(4))]++;
    }
    double chiSquared = ChiSquareTest.withDefaults().test(new long[][] {a, b}).getStatistic();
    assertThat(Divergences.cramersV(doubles(a), doubles(b)))
        .isEqualTo(Math.sqrt(chiSquared / 8_000), within(1e-12));
  }

  private static double[] doubles(long[] counts) {
    return Arrays.stream(counts).asDoubleStream().toArray();
  }
}
