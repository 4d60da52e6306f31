package dev.alluvium.streams.mix.hygiene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  private static final String LETTERS = "aZ9é漢 \n-'.";

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a", "a ", " a", "a b", " a b ", "..a--b..", "ab"})
  void areTheRunsOfLettersAndDigits(String text) {
    assertThat(Words.of(text).hashes()).isEqualTo(oneByOne(text));
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 500);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void areTheSameInAnyText(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    String text =
        IntStream.range(0, random.nextInt(40))
            .mapToObj(i -> LETTERS.charAt(random.nextInt(LETTERS.length())))
            .map(String::valueOf)
            .collect(Collectors.joining());
    assertThat(Words.of(text).hashes()).isEqualTo(oneByOne(text));
  }

  private static long[] oneByOne(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
        .filter(word -> !word.isEmpty())
        .mapToLong(word -> word.chars().asLongStream().reduce(0, WordsTest::hash))
        .toArray();
  }

  private static long hash(long before, long letter) {
    return before * 0xD1B5_4A32_D192_ED03L + letter;
  }
}
