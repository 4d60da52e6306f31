package dev.alluvium.streams.mix.hygiene;

import com.dynatrace.hash4j.hashing.Hashing;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of every n consecutive words of some texts: a polynomial in the words' hashes that rolls
 * from each shingle to the next (Karp and Rabin, "Efficient randomized pattern-matching
 * algorithms", 1987), so that a shingle costs the same however many words it has.
 */
public final class Shingles {
  /** Odd, so that every word of a shingle counts in all bits above it. */
  private static final long BASE = 0x9E37_79B9_7F4A_7C15L;

  private Shingles() {}

  /**
   * The hashes in the order of the texts; of a shingle that is said twice, twice. No shingle spans
   * two texts.
   *
   * @param n words of a shingle; a shorter text has none
   */
  public static long[] of(int n, Words... texts) {
    int count = 0;
    for (Words text : texts) {
      count += Math.max(0, text.hashes().length - n + 1);
    }
    long[] shingles = new long[count];
    int next = 0;
    for (Words text : texts) {
      next = roll(n, text.hashes(), shingles, next);
    }
    return shingles;
  }

  private static int roll(int n, long[] words, long[] shingles, int from) {
    int next = from;
    long highest = 1;
    for (int i = 1; i < n; i++) {
      highest *= BASE;
    }
    long hash = 0;
    for (int i = 0; i < words.length; i++) {
      if (i >= n) {
        hash -= highest * words[i - n];
      }
      hash = hash * BASE + words[i];
      if (i >= n - 1) {
        shingles[next++] = hash;
      }
    }
    return next;
  }

  /** The same shingles in some context: in another one they are others. */
  public static long[] within(@Nullable String context, long[] shingles) {
    if (context == null) {
      return shingles;
    }
    long mask = Hashing.komihash5_0().hashCharsToLong(context.strip());
    long[] within = new long[shingles.length];
    for (int i = 0; i < shingles.length; i++) {
      within[i] = shingles[i] ^ mask;
    }
    return within;
  }
}
