package dev.alluvium.streams.mix.hygiene;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.streams.mix.hygiene.NearDuplicates.Remembered;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
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
  private final NearDuplicates texts = new NearDuplicates(100);

  @Test
  void caseAndPunctuationDoNotCount() {
    assertThat(shingles(3, "The quick, brown fox: jumps!"))
        .isEqualTo(shingles(3, "the QUICK brown fox jumps"))
        .hasSize(3);
  }

  @Test
  void noShingleSpansTwoTexts() {
    assertThat(Shingles.of(3, Words.of("one two"), Words.of("three four"), Words.of(null)))
        .isEmpty();
    assertThat(Shingles.of(2, Words.of("one two"), Words.of("one two"))).hasSize(2);
  }

  /** What rolls past its first words is what begins there. */
  @Test
  void aShingleIsTheSameWhereverItStands() {
    long[] all = shingles(13, words(0, 100));
    assertThat(all).hasSize(88).doesNotHaveDuplicates();
    for (int first = 0; first < all.length; first++) {
      assertThat(shingles(13, words(first, first + 13))).containsExactly(all[first]);
    }
    assertThat(shingles(2, "a b")).isNotEqualTo(shingles(2, "b a"));
  }

  @Test
  void inAnotherContextShinglesAreOthers() {
    long[] shingles = shingles(2, "one two three");
    assertThat(Shingles.within(null, shingles)).isEqualTo(shingles);
    assertThat(Shingles.within("here", shingles)).isEqualTo(Shingles.within(" here ", shingles));
    assertThat(Shingles.within("there", shingles))
        .doesNotContain(Shingles.within("here", shingles));
  }

  @Test
  void shortTextsHaveNoSignature() {
    assertThat(texts.signature(shingles(3, words(0, 21)))).isNull();
    assertThat(texts.signature(shingles(3, words(0, 22)))).isNotNull();
  }

  @Test
  void findsTheSameTextOfAnotherPairOnly() {
    byte[] signature = signature(words(0, 40));
    texts.add(new Remembered("edition", signature, 0, "1"));
    assertThat(texts.hasSimilar(signature, "another", 1_000_000)).isTrue();
    assertThat(texts.hasSimilar(signature, "edition", 1_000_000)).isFalse();
    texts.removeOldest();
    assertThat(texts.hasSimilar(signature, "another", 1)).isFalse();
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
    texts.add(new Remembered("first", signature(first), 0, "1"));
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

  /**
   * As texts come, are forgotten and make room for more or fewer, all that a list of them has are
   * found, and none that it has no more. They have no word in common, and slots are many.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void knowsWhatAListOfTheTextsKnows(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    int most = 20;
    NearDuplicates ring = new NearDuplicates(1_000);
    ring.resize(most);
    Deque<Remembered> list = new ArrayDeque<>();
    List<Remembered> forgotten = new ArrayList<>();
    for (int step = 0; step < 300; step++) {
      if (random.nextInt(20) == 0) {
        most = list.size() + random.nextInt(20);
        ring.resize(1_000);
        ring.resize(most);
      }
      if (!list.isEmpty() && (list.size() == most || random.nextInt(4) == 0)) {
        assertThat(ring.oldestAt()).isEqualTo(list.getFirst().at());
        assertThat(ring.removeOldest()).isEqualTo(list.getFirst().key());
        forgotten.add(list.removeFirst());
      } else if (list.size() < most) {
        long[] shingles = LongStream.generate(random::nextLong).limit(50).toArray();
        Remembered text = new Remembered("e" + step, signature(shingles), step, "k" + step);
        ring.add(text);
        list.add(text);
      }
      assertThat(ring.size()).isEqualTo(list.size());
      assertThat(list)
          .allMatch(text -> ring.hasSimilar(text.signature(), "another", 1_000_000))
          .noneMatch(text -> ring.hasSimilar(text.signature(), text.edition(), 500_000));
      assertThat(forgotten)
          .noneMatch(text -> ring.hasSimilar(text.signature(), "another", 500_000));
    }
  }

  @Test
  void whatHasNoRoomIsRefused() {
    NearDuplicates one = new NearDuplicates(1);
    Remembered text = new Remembered("edition", signature(words(0, 40)), 0, "1");
    one.add(text);
    assertThatThrownBy(() -> one.add(text)).hasMessage("no room for more than 1 texts");
    assertThatThrownBy(() -> one.resize(0)).hasMessage("1 texts are remembered: no room in 0");
  }

  private boolean found(long[] shingles) {
    return texts.hasSimilar(signature(shingles), "second", 800_000);
  }

  private byte[] signature(String text) {
    return signature(shingles(3, text));
  }

  private static long[] shingles(int n, String text) {
    return Shingles.of(n, Words.of(text));
  }

  private byte[] signature(long[] shingles) {
    return requireNonNull(texts.signature(shingles));
  }

  private static String words(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
  }
}
