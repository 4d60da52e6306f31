package dev.alluvium.streams.mix.hygiene;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds texts that say almost what a remembered one said: by signatures in bands, so that only
 * texts that agree in a whole band are compared.
 */
public final class NearDuplicates {
  /** Words of a shingle. */
  public static final int WORDS = 3;

  /** Texts with fewer shingles are too short to be told apart this way. */
  public static final int LEAST_SHINGLES = 20;

  /** 2^64 by the golden ratio: what it multiplies is spread evenly over the highest bits. */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  /** Bits of a slot that a number, below 2^40, leaves free. */
  private static final long TAG = -1L << 40;

  private final LinkedHashMap<Long, Remembered> texts = new LinkedHashMap<>();
  private int slotBits;

  /** By band and hash: number of the newest text there, and above it more bits of the hash. */
  private long[] slots;

  /**
   * Remembers nothing yet.
   *
   * @param most texts that will be remembered at a time
   */
  public NearDuplicates(int most) {
    this.slotBits = slotBits(most);
    this.slots = new long[Signature.BANDS << slotBits];
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

  /** Makes room for so many texts at a time. */
  public void resize(int most) {
    if (slotBits(most) != slotBits) {
      slotBits = slotBits(most);
      slots = new long[Signature.BANDS << slotBits];
      texts.forEach((number, text) -> index(number, text.signature()));
    }
  }

  /** Between two and four slots a text for each band. */
  private static int slotBits(int most) {
    return Integer.SIZE + 1 - Integer.numberOfLeadingZeros(Math.max(1, most));
  }

  /**
   * Remembers a text.
   *
   * @param number larger than those of all texts before
   */
  public void add(long number, Remembered text) {
    texts.put(number, text);
    index(number, text.signature());
  }

  /**
   * A slot holds the newest of its texts. Texts are forgotten oldest first, so that a text which
   * another displaced would not outlive it.
   */
  private void index(long number, byte[] signature) {
    for (int band = 0; band < Signature.BANDS; band++) {
      long hash = hash(signature, band);
      slots[slot(hash, band)] = tag(hash) | number;
    }
  }

  /** When the oldest text that is remembered was read; there is one. */
  public long oldestAt() {
    return texts.values().iterator().next().at();
  }

  /**
   * Forgets the oldest text, of which there is one; the slots that name it stay, and find nothing.
   */
  public Remembered removeOldest() {
    Iterator<Remembered> all = texts.values().iterator();
    Remembered oldest = all.next();
    all.remove();
    return oldest;
  }

  /** How many texts are remembered. */
  public int size() {
    return texts.size();
  }

  /**
   * A remembered text that is so similar.
   *
   * @param edition that does not count: what is looked for is another pair
   * @param least estimated Jaccard similarity of the shingles, in millionths
   */
  public Optional<Remembered> find(byte[] signature, String edition, int least) {
    for (int band = 0; band < Signature.BANDS; band++) {
      long hash = hash(signature, band);
      long entry = slots[slot(hash, band)];
      Remembered text = tag(entry) == tag(hash) ? texts.get(number(entry)) : null;
      if (text != null
          && !text.edition().equals(edition)
          && Signature.similarity(signature, text.signature()) >= least) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  private static long hash(byte[] signature, int band) {
    return Signature.band(signature, band) * SPREAD;
  }

  private int slot(long hash, int band) {
    return (band << slotBits) + (int) (hash >>> (Long.SIZE - slotBits));
  }

  private static long tag(long hash) {
    return hash & TAG;
  }

  private static long number(long entry) {
    return entry & ~TAG;
  }
}
