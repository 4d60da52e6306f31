package dev.alluvium.streams.mix.hygiene;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import com.dynatrace.hash4j.similarity.ElementHashProvider;
import com.dynatrace.hash4j.similarity.SimilarityHashPolicy;
import com.dynatrace.hash4j.similarity.SimilarityHashing;
import com.dynatrace.hash4j.similarity.SuperMinHashVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds texts that say almost what a remembered one said: SuperMinHash signatures (Ertl, arXiv
 * 1706.05698) in bands, so that only texts that agree in a whole band are compared.
 */
public final class NearDuplicates {
  /** Words of a shingle. */
  public static final int WORDS = 3;

  /** Texts with fewer shingles are too short to be told apart this way. */
  public static final int LEAST_SHINGLES = 20;

  private static final int COMPONENTS = 64;
  private static final int BITS = 16;
  private static final int ROWS = 4;

  private final SimilarityHashPolicy minHash =
      SimilarityHashing.superMinHash(COMPONENTS, BITS, SuperMinHashVersion.V1);
  private final TreeMap<Long, Remembered> texts = new TreeMap<>();
  private final Map<Long, Long> lastByBand = new HashMap<>();

  /**
   * A text that is remembered.
   *
   * @param edition hash of pair id and prompt: a newer edition of a pair is no duplicate of it
   * @param signature of its shingles
   * @param at the mixer's clock when it was read, in milliseconds
   */
  public record Remembered(String edition, byte[] signature, long at) {}

  /** The signature of a text; null when it is too short for one. */
  public byte @Nullable [] signature(long[] shingles) {
    return shingles.length < LEAST_SHINGLES
        ? null
        : minHash.createHasher().compute(ElementHashProvider.ofValues(shingles));
  }

  /** Remembers a text. */
  public void add(long number, Remembered text) {
    texts.put(number, text);
    for (long band : bands(text.signature())) {
      // The newest, in whatever order they are added after a restart.
      lastByBand.merge(band, number, Math::max);
    }
  }

  /** The oldest text that is remembered; empty when none is. */
  public Optional<Map.Entry<Long, Remembered>> oldest() {
    return Optional.ofNullable(texts.firstEntry());
  }

  /** Forgets a text. */
  public void remove(long number) {
    Remembered text = texts.remove(number);
    if (text != null) {
      for (long band : bands(text.signature())) {
        lastByBand.remove(band, number);
      }
    }
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
    Map<Long, Remembered> met = new TreeMap<>();
    for (long band : bands(signature)) {
      Long number = lastByBand.get(band);
      Remembered text = number == null ? null : texts.get(number);
      if (number != null && text != null) {
        met.put(number, text);
      }
    }
    return met.values().stream()
        .filter(text -> !text.edition().equals(edition))
        .filter(text -> similarity(signature, text.signature()) >= least)
        .findFirst();
  }

  /** In millionths; 16 bits a component leave chance agreement out of account. */
  private long similarity(byte[] a, byte[] b) {
    return minHash.getNumberOfEqualComponents(a, b) * 1_000_000L / COMPONENTS;
  }

  private long[] bands(byte[] signature) {
    long[] bands = new long[COMPONENTS / ROWS];
    HashStream64 stream = Hashing.komihash5_0().hashStream();
    for (int band = 0; band < bands.length; band++) {
      stream.reset().putInt(band);
      for (int row = 0; row < ROWS; row++) {
        stream.putLong(minHash.getComponent(signature, band * ROWS + row));
      }
      bands[band] = stream.getAsLong();
    }
    return bands;
  }
}
