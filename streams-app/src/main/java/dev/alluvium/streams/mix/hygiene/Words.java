package dev.alluvium.streams.mix.hygiene;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The words of a text as hashes, in their order; case and punctuation do not count.
 *
 * @param hashes one by word
 */
public record Words(long[] hashes) {
  private static final Hasher64 HASHER = Hashing.komihash5_0();

  /** The words of a text; none of no text. */
  public static Words of(@Nullable String text) {
    String lower = text == null ? "" : text.toLowerCase(Locale.ROOT);
    long[] hashes = new long[lower.length() / 2 + 1];
    int words = 0;
    int start = -1;
    for (int i = 0; i <= lower.length(); i++) {
      boolean inside = i < lower.length() && Character.isLetterOrDigit(lower.charAt(i));
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        hashes[words++] = HASHER.hashCharsToLong(lower.substring(start, i));
        start = -1;
      }
    }
    return new Words(Arrays.copyOf(hashes, words));
  }
}
