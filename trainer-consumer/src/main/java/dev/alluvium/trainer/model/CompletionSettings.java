package dev.alluvium.trainer.model;

import java.util.Set;

/**
 * How to write on.
 *
 * @param maxTokens most tokens to write, at least 1
 * @param temperature 0 takes the most likely token; otherwise logits are divided by it and a token
 *     is drawn
 * @param seed decides what is drawn
 * @param stopIds tokens that end the text
 */
public record CompletionSettings(
    int maxTokens, double temperature, long seed, Set<Integer> stopIds) {
  public CompletionSettings {
    if (maxTokens < 1) {
      throw new IllegalArgumentException(
          "maxTokens is %d: expected 1 or more".formatted(maxTokens));
    }
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature is %s: expected 0 or more".formatted(temperature));
    }
    stopIds = Set.copyOf(stopIds);
  }

  /** The most likely token each time. */
  public static CompletionSettings greedy(int maxTokens, Set<Integer> stopIds) {
    return new CompletionSettings(maxTokens, 0, 0, stopIds);
  }
}
