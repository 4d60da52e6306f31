package dev.alluvium.trainer.model.generate;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How to write on.
 *
 * @param maxTokens most tokens to write, at least 1
 * @param sampling how each token is chosen
 * @param vocabulary how many token ids exist; a model's head may have more rows, which are padding
 *     and are never written
 * @param stopIds tokens that end the text
 * @param stopText whether the tokens written so far end the text for another reason, such as a stop
 *     string
 */
public record GenerationSettings(
    int maxTokens,
    Sampling sampling,
    int vocabulary,
    Set<Integer> stopIds,
    Predicate<List<Integer>> stopText) {
  public GenerationSettings {
    require(maxTokens >= 1, "max tokens is %d: expected 1 or more", maxTokens);
    require(vocabulary >= 1, "vocabulary is %d: expected 1 or more", vocabulary);
    stopIds = Set.copyOf(stopIds);
  }

  /** The most likely token each time. */
  public static GenerationSettings greedy(int maxTokens, int vocabulary, Set<Integer> stopIds) {
    return new GenerationSettings(
        maxTokens, Sampling.GREEDY, vocabulary, stopIds, written -> false);
  }

  /**
   * How a token is chosen.
   *
   * @param temperature 0, and what is below 1e-30, takes the most likely token; else logits are
   *     divided by it and a token is drawn
   * @param topK draw only from this many of the most likely tokens; 0 for all
   * @param topP draw only from the most likely tokens that together have this share, (0, 1]
   */
  public record Sampling(double temperature, int topK, double topP) {
    /** The most likely token each time. */
    public static final Sampling GREEDY = new Sampling(0, 0, 1);

    public Sampling {
      require(
          temperature >= 0 && !Double.isInfinite(temperature),
          "temperature is %s: expected 0 or more",
          temperature);
      require(topK >= 0, "top k is %d: expected 0 or more", topK);
      require(topP > 0 && topP <= 1, "top p is %s: expected (0, 1]", topP);
    }
  }

  private static void require(boolean holds, String message, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, message, value));
    }
  }
}
