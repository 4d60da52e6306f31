package dev.alluvium.streams.mix.hygiene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureTest {
  private static final int TRIALS = 2_000;

  @Test
  void aSetIsTheSameInAnyOrderAndHoweverOftenAnElementIsThere() {
    long[] once = {1, 2, 3, 4, 5};
    long[] often = {5, 4, 3, 2, 1, 1, 1, 5};
    assertThat(Signature.of(often)).isEqualTo(Signature.of(once)).hasSize(128);
    assertThat(Signature.similarity(Signature.of(once), Signature.of(often), 0))
        .isEqualTo(1_000_000);
  }

  @Test
  void oneElementFillsAllComponents() {
    byte[] one = Signature.of(new long[] {42});
    byte[] other = Signature.of(new long[] {43});
    assertThat(Signature.similarity(one, other, 0)).isLessThan(20_000);
    assertThat(LongStream.range(0, Signature.BANDS).map(b -> Signature.band(one, 0, (int) b)))
        .doesNotHaveDuplicates();
  }

  /**
   * The mean of the estimates is the similarity, and their variance at most that of 64 samples with
   * replacement, J (1 - J) / 64 (the paper's theorem 1), for sets far smaller than a signature too.
   */
  @ParameterizedTest
  @CsvSource({"20, 2", "20, 10", "60, 6", "60, 30", "200, 20", "200, 100", "1000, 250"})
  void estimatesWithoutBiasAndAsSharplyAsSamples(int size, int changed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(size * 31L + changed);
    double jaccard = (size - changed) / (double) (size + changed);
    double sum = 0;
    double squares = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      long[] union = LongStream.generate(random::nextLong).limit(size + changed).toArray();
      long[] first = Arrays.copyOf(union, size);
      long[] second = Arrays.copyOfRange(union, changed, size + changed);
      double error =
          Signature.similarity(Signature.of(first), Signature.of(second), 0) / 1e6 - jaccard;
      sum += error;
      squares += error * error;
    }
    double variance = jaccard * (1 - jaccard) / Signature.COMPONENTS;
    assertThat(sum / TRIALS).isCloseTo(0, Offset.offset(4 * Math.sqrt(variance / TRIALS)));
    assertThat(squares / TRIALS).isLessThan(variance * 1.1);
  }

  /** Signatures are kept: they may not change without a new version of the fold. */
  @Test
  void theSignatureOfATextIsWhatItWas() {
    String text = IntStream.range(0, 40).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
    byte[] signature = Signature.of(Shingles.of(NearDuplicates.WORDS, Words.of(text)));
    assertThat(Arrays.hashCode(signature)).isEqualTo(-1836510792);
  }
}
