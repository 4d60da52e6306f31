package dev.alluvium.trainer.loss;

import java.util.Arrays;
import java.util.Locale;

/** What the losses of an optimizer step are averaged over. */
public enum Normalise {
  /** Every trained token of the step weighs the same. */
  TOKEN,
  /** Every example of the step weighs the same, whatever the length of its response. */
  EXAMPLE;

  /** Parses {@code token} or {@code example}. */
  public static Normalise parse(String text) {
    return Arrays.stream(values())
        .filter(n -> n.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "loss.normalise is %s: expected token or example".formatted(text)));
  }

  /**
   * The weight of one trained token, such that all weights of the step sum to 1.
   *
   * @param tokensOfStep trained tokens of the step
   * @param examplesOfStep examples of the step
   * @param tokensOfExample trained tokens of the token's own example
   */
  public double weight(long tokensOfStep, long examplesOfStep, int tokensOfExample) {
    return switch (this) {
      case TOKEN -> 1.0 / tokensOfStep;
      case EXAMPLE -> 1.0 / ((double) examplesOfStep * tokensOfExample);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
