package dev.alluvium.trainer.bench;

import java.util.Arrays;

/** The middle of noisy numbers. */
final class Medians {
  private Medians() {}

  /** The median of at least one number. */
  static double of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
