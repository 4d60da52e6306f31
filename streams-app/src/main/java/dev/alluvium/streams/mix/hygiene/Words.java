package dev.alluvium.streams.mix.hygiene;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The words of a text as hashes, in their order; case and punctuation do not count.
 *
 * @param hashes one by word
 */
public record Words(long[] hashes) {
  private static final Hasher64 HASHER = Hashing.komihash5_0();
  private static final long BASE = 0x9E37_79B9_7F4A_7C15L;
  private static final char NONE = 0;
  private static final char[] ASCII = ascii();

  /** The words of a text; none of no text. */
  public static Words of(@Nullable String given) {
    String text = given == null ? "" : given;
    int length = text.length();
    long[] hashes = new long[length / 2 + 1];
    int count = 0;
    int letters = 0;
    long polynomial = 0;
    for (int i = 0; i <= length; i++) {
      char letter = i < length ? letter(text.charAt(i)) : NONE;
      if (letter != NONE) {
        polynomial = polynomial * BASE + letter;
        letters++;
      } else if (letters > 0) {
        hashes[count++] = HASHER.hashLongIntToLong(polynomial, letters);
        polynomial = 0;
        letters = 0;
      }
    }
    return new Words(Arrays.copyOf(hashes, count));
  }

  private static char letter(char c) {
    return c < ASCII.length ? ASCII[c] : lowered(c);
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
