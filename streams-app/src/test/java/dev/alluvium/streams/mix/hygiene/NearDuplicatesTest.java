package dev.alluvium.streams.mix.hygiene;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.streams.mix.hygiene.NearDuplicates.Remembered;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NearDuplicatesTest {
  private final NearDuplicates texts = new NearDuplicates();

  @Test
  void caseAndPunctuationDoNotCount() {
    assertThat(Shingles.of(3, "The quick, brown fox: jumps!"))
        .isEqualTo(Shingles.of(3, "the QUICK brown fox jumps"))
        .hasSize(3);
  }

  @Test
  void noShingleSpansTwoTexts() {
    assertThat(Shingles.of(3, "one two", "three four", null)).isEmpty();
    assertThat(Shingles.of(2, "one two", "one two")).hasSize(1);
  }

  @Test
  void inAnotherContextShinglesAreOthers() {
    long[] shingles = Shingles.of(2, "one two three");
    assertThat(Shingles.within(null, shingles)).isEqualTo(shingles);
    assertThat(Shingles.within("here", shingles)).isEqualTo(Shingles.within(" here ", shingles));
    assertThat(Shingles.within("there", shingles))
        .doesNotContain(Shingles.within("here", shingles));
  }

  @Test
  void shortTextsHaveNoSignature() {
    assertThat(texts.signature(Shingles.of(3, words(0, 21)))).isNull();
    assertThat(texts.signature(Shingles.of(3, words(0, 22)))).isNotNull();
  }

  @Test
  void findsTheSameTextOfAnotherPairOnly() {
    byte[] signature = signature(words(0, 40));
    texts.add(1, new Remembered("edition", signature, 0));
    assertThat(texts.find(signature, "another", 1_000_000)).isPresent();
    assertThat(texts.find(signature, "edition", 1_000_000)).isEmpty();
    texts.remove(1);
    assertThat(texts.find(signature, "another", 1)).isEmpty();
    assertThat(texts.size()).isZero();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  /**
   * Pairs of sets of known similarity: those well above the bound are found, those well below not.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void theBoundIsOneOfJaccardSimilarity(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    long[] first = LongStream.generate(random::nextLong).limit(200).sorted().toArray();
    texts.add(1, new Remembered("first", signature(first), 0));
    assertThat(found(changed(first, 6, random))).isTrue();
    assertThat(found(changed(first, 60, random))).isFalse();
    assertThat(found(changed(first, 200, random))).isFalse();
  }

  /** 0.94 of the shingles the same with 6 of 200 changed, 0.54 with 60. */
  private static long[] changed(long[] shingles, int n, UniformRandomProvider random) {
    Set<Long> set = Arrays.stream(shingles).skip(n).boxed().collect(Collectors.toSet());
    Set<Long> other = new HashSet<>(set);
    while (other.size() < shingles.length) {
      other.add(random.nextLong());
    }
    return other.stream().mapToLong(Long::longValue).toArray();
  }

  private boolean found(long[] shingles) {
    return texts.find(signature(shingles), "second", 800_000).isPresent();
  }

  private byte[] signature(String text) {
    return signature(Shingles.of(3, text));
  }

  private byte[] signature(long[] shingles) {
    return requireNonNull(texts.signature(shingles));
  }

  private static String words(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
  }
}
