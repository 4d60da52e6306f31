package dev.alluvium.judges.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Length of the longest common subsequence of words, 64 words at a time (Hyyrö 2004, "Bit-parallel
 * LCS-length computation revisited"). Texts are compared up to {@link #MOST} words, so that time
 * and memory stay bounded.
 */
public final class CommonSubsequence {
  /**
   * More words than a pair of the largest size usually has; 8,192² / 64 steps take milliseconds.
   */
  public static final int MOST = 8_192;

  private CommonSubsequence() {}

  /** Harmonic mean of the subsequence's share in both texts; 0 when one is empty. */
  public static double f(List<String> a, List<String> b) {
    List<String> gold = a.subList(0, Math.min(a.size(), MOST));
    List<String> given = b.subList(0, Math.min(b.size(), MOST));
    // A text that goes on beyond the compared part counts with its whole length.
    return a.isEmpty() || b.isEmpty() ? 0 : 2.0 * length(gold, given) / (a.size() + b.size());
  }

  /** Length of the longest common subsequence. */
  public static int length(List<String> a, List<String> b) {
    int blocks = (a.size() + 63) / 64;
    Map<String, long[]> places = new HashMap<>();
    for (int i = 0; i < a.size(); i++) {
      places.computeIfAbsent(a.get(i), word -> new long[blocks])[i / 64] |= 1L << (i % 64);
    }
    long[] row = new long[blocks];
    java.util.Arrays.fill(row, -1L);
    for (String word : b) {
      long[] matches = places.get(word);
      if (matches == null) {
        continue;
      }
      long carry = 0;
      for (int block = 0; block < blocks; block++) {
        long v = row[block];
        long u = v & matches[block];
        long sum = v + u;
        long overflow = Long.compareUnsigned(sum, v) < 0 ? 1 : 0;
        long total = sum + carry;
        overflow |= Long.compareUnsigned(total, sum) < 0 ? 1 : 0;
        row[block] = total | (v & ~matches[block]);
        carry = overflow;
      }
    }
    int zeros = 0;
    for (int i = 0; i < a.size(); i++) {
      zeros += (row[i / 64] >>> (i % 64) & 1) == 0 ? 1 : 0;
    }
    return zeros;
  }
}
