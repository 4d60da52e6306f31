package dev.alluvium.trainer.config;

import java.util.Arrays;
import java.util.Locale;

/** What training changes. */
public enum TrainingMethod {
  /** A low-rank adapter on the frozen base model. */
  LORA,
  /** Every weight of the model. */
  FULL;

  /** Parses {@code lora} or {@code full}. */
  public static TrainingMethod parse(String text) {
    return Arrays.stream(values())
        .filter(method -> method.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "method is %s: expected lora or full".formatted(text)));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
