package dev.alluvium.streams.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mask beside the regular expressions it is defined by. */
class MaskedTextTest {
  /** Of every kind that matters, beyond the basic plane too. */
  private static final String[] PIECES = {
    "a",
    "b",
    "B",
    "É",
    "é",
    "e\u0301",
    "\u0301",
    "ǅ",
    "ß",
    "7",
    "0",
    "٣",
    "𝟙",
    "𝐀",
    "😀",
    ".",
    ",",
    ":",
    "/",
    "-",
    "'",
    "’",
    " ",
    "#",
    "@",
    "Jean-Luc",
    "1,250.50",
    "10:30",
    "2.",
    "..",
    "\ud800"
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void masksAsTheExpressionsDo(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      int pieces = random.nextInt(12);
      for (int p = 0; p < pieces; p++) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      assertThat(MaskedText.of(text.toString())).isEqualTo(byExpression(text.toString()));
    }
  }

  private static String byExpression(String text) {
    return text.replaceAll("\\p{Nd}+(?:[.,:/]\\p{Nd}+)*", "#")
        .replaceAll("\\p{Lu}[\\p{L}\\p{M}'’-]*", "@");
  }
}
