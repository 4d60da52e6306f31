package dev.alluvium.trainer.loss;

/**
 * Which of the selected hidden states are mixed, in twos.
 *
 * @param first rows of the first of each two
 * @param second rows of the second; no row occurs twice in both together
 * @param shares parts that the first has in the mixture, 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // a short-lived carrier, never compared
public record MixedRows(int[] first, int[] second, float[] shares) {
  /** Checks the lengths. */
  public MixedRows {
    if (first.length != second.length || first.length != shares.length) {
      throw new IllegalArgumentException(
          "%d first rows, %d second ones and %d shares: expected as many of each"
              .formatted(first.length, second.length, shares.length));
    }
  }

  /** P, how many mixtures there are. */
  public int size() {
    return first.length;
  }
}
