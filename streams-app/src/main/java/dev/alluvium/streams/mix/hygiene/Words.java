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

  /** The words of a text; none of no text. */
  public static Words of(@Nullable String given) {
    String text = given == null ? "" : given;
    int length = text.length();
    long[] hashes = new long[length / 2 + 1];
    int count = 0;
    int letters = 0;
    long polynomial = 0;
    for (int i = 0; i <= length; i++) {
      if (i < length && Character.isLetterOrDigit(text.charAt(i))) {
        polynomial = polynomial * BASE + Character.toLowerCase(text.charAt(i));
        letters++;
      } else if (letters > 0) {
        hashes[count++] = HASHER.hashLongIntToLong(polynomial, letters);
        polynomial = 0;
        letters = 0;
      }
    }
    return new Words(Arrays.copyOf(hashes, count));
  }
}
