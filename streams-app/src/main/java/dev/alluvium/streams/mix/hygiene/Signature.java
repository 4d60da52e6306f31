package dev.alluvium.streams.mix.hygiene;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * MinHash signatures in one permutation: the share of components in which two agree estimates how
 * similar the sets are, with the error of as many independent samples and without bias, however
 * small a set is (Dahlgaard, Knudsen and Thorup, "Fast similarity sketching", FOCS 2017, algorithm
 * 1). A round throws every element into one component, which keeps the least of its first round;
 * there are rounds until no component is empty.
 */
final class Signature {
  static final int COMPONENTS = 64;

  /** Components of a band: one long. */
  static final int ROWS = 4;

  static final int BANDS = COMPONENTS / ROWS;

  private static final Hasher64 HASHER = Hashing.komihash5_0();
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bits of a component, so that chance agreement may be left out of account. */
  private static final int BITS = 16;

  private static final long COMPONENT = (1L << BITS) - 1;

  /** Bytes of a signature. */
  static final int BYTES = COMPONENTS * BITS / Byte.SIZE;

  /** Bits of a hash that choose the component it is thrown into. */
  private static final int CHOICE = Integer.numberOfTrailingZeros(COMPONENTS);

  /** Rounds come first in the order of what is thrown: one byte, whose sign stays free. */
  private static final int ROUND = Long.SIZE - Byte.SIZE;

  private static final long VALUE = (1L << ROUND) - 1;

  private Signature() {}

  /**
   * The signature of a set, 128 bytes.
   *
   * @param elements hashes, one or more; it does not matter how often each is there
   */
  static byte[] of(long[] elements) {
    long[] least = new long[COMPONENTS];
    Arrays.fill(least, Long.MAX_VALUE);
    int round = 0;
    do {
      for (long element : elements) {
        long hash = HASHER.hashLongIntToLong(element, round);
        int component =
            round < COMPONENTS ? (int) (hash >>> (Long.SIZE - CHOICE)) : round - COMPONENTS;
        long thrown = ((long) round << ROUND) | (hash & VALUE);
        least[component] = Math.min(least[component], thrown);
      }
      round++;
    } while (anyEmpty(least));
    return packed(least);
  }

  private static boolean anyEmpty(long[] least) {
    for (long component : least) {
      if (component == Long.MAX_VALUE) {
        return true;
      }
    }
    return false;
  }

  private static byte[] packed(long[] least) {
    byte[] signature = new byte[BYTES];
    for (int band = 0; band < BANDS; band++) {
      long rows = 0;
      for (int row = 0; row < ROWS; row++) {
        rows = (rows << BITS) | (least[band * ROWS + row] & COMPONENT);
      }
      LONGS.set(signature, band * Long.BYTES, rows);
    }
    return signature;
  }

  /**
   * The components of a band.
   *
   * @param at where the signature begins among the bytes
   */
  static long band(byte[] signatures, int at, int band) {
    return (long) LONGS.get(signatures, at + band * Long.BYTES);
  }

  /**
   * Estimated Jaccard similarity of two sets, in millionths.
   *
   * @param at where the other's signature begins among the bytes
   */
  static long similarity(byte[] signature, byte[] others, int at) {
    int equal = 0;
    for (int band = 0; band < BANDS; band++) {
      long different = band(signature, 0, band) ^ band(others, at, band);
      for (int row = 0; row < ROWS; row++) {
        equal += ((different >>> (row * BITS)) & COMPONENT) == 0 ? 1 : 0;
      }
    }
    return equal * 1_000_000L / COMPONENTS;
  }
}
