package dev.alluvium.streams.mix.hygiene;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The words of a text as hashes, in their order; case and punctuation do not count. A hash is a
 * polynomial in the word's letters.
 *
 * @param hashes one by word
 */
public record Words(long[] hashes) {
  /** Odd, and another than that of the shingles: a shingle is no long word. */
  private static final long BASE = 0xD1B5_4A32_D192_ED03L;

  private static final char NONE = 0;
  private static final char[] ASCII = ascii();

  /**
   * The words of a text; none of no text. Without a branch at the end of a word, which no processor
   * guesses.
   */
  public static Words of(@Nullable String text) {
    if (text == null) {
      return new Words(new long[0]);
    }
    char[] letters = letters(text);
    long[] hashes = new long[letters.length / 2 + 1];
    int count = 0;
    long polynomial = 0;
    long before = 0;
    for (int i = 0; i < letters.length; i++) {
      long letter = letters[i];
      long within = -letter >> (Long.SIZE - 1); // all ones in a word, all zeros between words
      hashes[count] = polynomial;
      count += (int) (before & ~within & 1);
      polynomial = (polynomial * BASE + letter) & within;
      before = within;
    }
    hashes[count] = polynomial;
    count += (int) (before & 1);
    return new Words(Arrays.copyOf(hashes, count));
  }

  /** A pass of its own: the compiler makes more of two plain loops than of one. */
  private static char[] letters(String text) {
    char[] letters = text.toCharArray();
    for (int i = 0; i < letters.length; i++) {
      char c = letters[i];
      letters[i] = c < ASCII.length ? ASCII[c] : lowered(c);
    }
    return letters;
  }

  private static char lowered(char c) {
    return Character.isLetterOrDigit(c) ? Character.toLowerCase(c) : NONE;
  }

  private static char[] ascii() {
    char[] letters = new char[128];
    for (char c = 0; c < letters.length; c++) {
      letters[c] = lowered(c);
    }
    return letters;
  }
}
