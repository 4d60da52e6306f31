package dev.alluvium.trainer.mixup;

import java.util.Arrays;
import java.util.Locale;

/** How examples are split into a confident and an unconfident half. */
public enum Split {
  /** By the loss that each has in the batch they are in. */
  BATCH,
  /**
   * By how well each was known in earlier passes and windows, beside the others of the window;
   * those of which nothing is remembered by their loss in the batch.
   */
  WINDOW,
  /** By chance, whatever the losses: the control that shows what confidence is worth. */
  RANDOM;

  /** Parses a name in lower case. */
  public static Split parse(String text) {
    return Arrays.stream(values())
        .filter(split -> split.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "sftmix.split is %s: expected batch, window or random".formatted(text)));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
