package dev.alluvium.streams.mix.hygiene;

import org.jspecify.annotations.Nullable;

/**
 * Finds texts that say almost what a remembered one said: by signatures in bands, so that only
 * texts that agree in a whole band are compared. What is remembered lies in a ring of arrays: of
 * objects around it, which live for thousands of texts, one garbage collection after another would
 * make copies.
 */
public final class NearDuplicates {
  /** Words of a shingle. */
  public static final int WORDS = 3;

  /** Texts with fewer shingles are too short to be told apart this way. */
  public static final int LEAST_SHINGLES = 20;

  /** 2^64 by the golden ratio: what it multiplies is spread evenly over the highest bits. */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  /** Bits of a slot that an index, below 2^40, leaves free. */
  private static final long TAG = -1L << 40;

  private Ring ring;

  /** Index of the oldest text that is remembered; texts are counted from 1. */
  private long oldest = 1;

  /** Index of the text that comes next. */
  private long next = 1;

  private int slotBits;

  /** By band and hash: index of the newest text there, and above it more bits of the hash. */
  private long[] slots;

  /**
   * Remembers nothing yet.
   *
   * @param most texts that will be remembered at a time
   */
  public NearDuplicates(int most) {
    this.ring = new Ring(most);
    this.slotBits = slotBits(most);
    this.slots = new long[Signature.BANDS << slotBits];
  }

  /** What is remembered, by index modulo its size. */
  private record Ring(String[] editions, byte[] signatures, long[] times, String[] keys) {
    Ring(int most) {
      this(
          new String[most],
          new byte[Math.multiplyExact(most, Signature.BYTES)],
          new long[most],
          new String[most]);
    }

    int place(long index) {
      return (int) (index % times.length);
    }
  }

  /**
   * A text that is remembered.
   *
   * @param edition hash of pair id and prompt: a newer edition of a pair is no duplicate of it
   * @param signature of its shingles
   * @param at the mixer's clock when it was read, in milliseconds
   * @param key of its row
   */
  public record Remembered(String edition, byte[] signature, long at, String key) {}

  /** The signature of a text; null when it is too short for one. */
  public byte @Nullable [] signature(long[] shingles) {
    return shingles.length < LEAST_SHINGLES ? null : Signature.of(shingles);
  }

  /** Makes room for so many texts at a time, not fewer than are remembered. */
  public void resize(int most) {
    if (most < size()) {
      throw new IllegalStateException(size() + " texts are remembered: no room in " + most);
    }
    if (most == ring.times.length) {
      return;
    }
    Ring before = ring;
    ring = new Ring(most);
    for (long index = oldest; index < next; index++) {
      int from = before.place(index);
      int to = ring.place(index);
      ring.editions[to] = before.editions[from];
      ring.times[to] = before.times[from];
      ring.keys[to] = before.keys[from];
      System.arraycopy(
          before.signatures,
          from * Signature.BYTES,
          ring.signatures,
          to * Signature.BYTES,
          Signature.BYTES);
    }
    if (slotBits(most) != slotBits) {
      slotBits = slotBits(most);
      slots = new long[Signature.BANDS << slotBits];
      for (long index = oldest; index < next; index++) {
        fillSlots(index);
      }
    }
  }

  /** Between two and four slots a text for each band. */
  private static int slotBits(int most) {
    return Integer.SIZE + 1 - Integer.numberOfLeadingZeros(Math.max(1, most));
  }

  /** Remembers a text, for which there is room. */
  public void add(Remembered text) {
    if (size() >= ring.times.length) {
      throw new IllegalStateException("no room for more than " + size() + " texts");
    }
    int place = ring.place(next);
    ring.editions[place] = text.edition();
    ring.times[place] = text.at();
    ring.keys[place] = text.key();
    System.arraycopy(
        text.signature(), 0, ring.signatures, place * Signature.BYTES, Signature.BYTES);
    fillSlots(next++);
  }

  /**
   * A slot holds the newest of its texts. Texts are forgotten oldest first, so that a text which
   * another displaced would not outlive it.
   */
  private void fillSlots(long index) {
    int at = ring.place(index) * Signature.BYTES;
    for (int band = 0; band < Signature.BANDS; band++) {
      long hash = Signature.band(ring.signatures, at, band) * SPREAD;
      slots[slot(hash, band)] = tag(hash) | index;
    }
  }

  /** When the oldest text that is remembered was read; there is one. */
  public long oldestAt() {
    return ring.times[ring.place(oldest)];
  }

  /**
   * Forgets the oldest text, of which there is one, and gives the key of its row; the slots that
   * name it stay, and find nothing.
   */
  public String removeOldest() {
    return ring.keys[ring.place(oldest++)];
  }

  /** How many texts are remembered. */
  public int size() {
    return (int) (next - oldest);
  }

  /**
   * Whether a text that is so similar is remembered.
   *
   * @param edition that does not count: what is looked for is another pair
   * @param least estimated Jaccard similarity of the shingles, in millionths
   */
  public boolean hasSimilar(byte[] signature, String edition, int least) {
    for (int band = 0; band < Signature.BANDS; band++) {
      long hash = Signature.band(signature, 0, band) * SPREAD;
      long entry = slots[slot(hash, band)];
      long index = entry & ~TAG;
      if (tag(entry) == tag(hash) && index >= oldest) {
        int place = ring.place(index);
        if (!ring.editions[place].equals(edition)
            && Signature.similarity(signature, ring.signatures, place * Signature.BYTES) >= least) {
          return true;
        }
      }
    }
    return false;
  }

  private int slot(long hash, int band) {
    return (band << slotBits) + (int) (hash >>> (Long.SIZE - slotBits));
  }

  private static long tag(long hash) {
    return hash & TAG;
  }
}
