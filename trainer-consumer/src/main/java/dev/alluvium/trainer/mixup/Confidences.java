package dev.alluvium.trainer.mixup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.schemas.Digests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How well each pair was known when it was trained: the last perplexities of its response, which
 * the forward passes of training give without further cost. Confidence is minus their mean, as in
 * SFTMix (arXiv 2410.05248), which takes it over checkpoints of a separate training.
 *
 * <p>Bounded: beyond so many pairs those go that were not seen for longest; and a pair takes the
 * same room whatever its id, of which the beginning of the SHA-256 is kept. Owned by one thread.
 */
public final class Confidences {
  /** Perplexities kept of a pair. */
  static final int LAST = 4;

  /** Larger ones count as this: a mean of exponentials is what its largest is. */
  static final float HIGHEST = 1000;

  /** Hexadecimal digits of a key. */
  private static final int KEY = 16;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final int most;

  /** By key; those seen last come last. */
  private final LinkedHashMap<String, List<Float>> perplexities = new LinkedHashMap<>();

  /**
   * None yet.
   *
   * @param most pairs that are remembered
   */
  public Confidences(int most) {
    this.most = most;
  }

  /**
   * A pair was trained.
   *
   * @param loss mean negative log-likelihood of its trained tokens, in nats
   */
  public void saw(String pairId, double loss) {
    String key = key(pairId);
    List<Float> before = perplexities.remove(key);
    List<Float> last = before == null ? new ArrayList<>() : new ArrayList<>(before);
    last.add((float) Math.min(Math.exp(loss), HIGHEST));
    put(key, last.subList(Math.max(0, last.size() - LAST), last.size()));
  }

  private void put(String key, List<Float> last) {
    perplexities.put(key, List.copyOf(last));
    while (perplexities.size() > most) {
      perplexities.remove(perplexities.keySet().iterator().next());
    }
  }

  /** How well a pair is known: the higher, the better, -1 at most; nothing if it was not seen. */
  public OptionalDouble of(String pairId) {
    List<Float> last = perplexities.get(key(pairId));
    return last == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(-last.stream().mapToDouble(Float::doubleValue).average().orElseThrow());
  }

  /** Standard deviation of the confidences of some pairs; 0 of fewer than two that are known. */
  public double spread(Collection<String> pairIds) {
    double[] known =
        pairIds.stream().map(this::of).flatMapToDouble(OptionalDouble::stream).toArray();
    double mean = Arrays.stream(known).average().orElse(0);
    double squares = Arrays.stream(known).map(value -> (value - mean) * (value - mean)).sum();
    return known.length < 2 ? 0 : Math.sqrt(squares / known.length);
  }

  /** What a pair is remembered by. */
  public static String key(String pairId) {
    return Digests.sha256(pairId).substring(0, KEY);
  }

  /** The keys of the pairs that are remembered. */
  public Set<String> keys() {
    return Set.copyOf(perplexities.keySet());
  }

  /** Lets a pair go. */
  public void forget(String pairId) {
    perplexities.remove(key(pairId));
  }

  /** Lets all pairs go. */
  public void clear() {
    perplexities.clear();
  }

  /** All that is remembered, for {@link #read}. */
  public String text() {
    try {
      return JSON.writeValueAsString(perplexities);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("confidences cannot be written as JSON", e);
    }
  }

  /**
   * Remembers what a {@link #text} says in place of all else.
   *
   * @throws IllegalArgumentException if it is no such text
   */
  public void read(String text) {
    try {
      Map<String, List<Float>> read =
          JSON.readValue(text, new TypeReference<LinkedHashMap<String, List<Float>>>() {});
      clear();
      read.forEach(this::put);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "confidences are not a JSON object of lists of numbers: " + e.getOriginalMessage(), e);
    }
  }
}
