package dev.alluvium.streams.watch.measure;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * How many times more the windows of a reference differ among themselves than independent draws
 * from one mix would. Examples that come in batches of a skill do; a test that takes them for
 * independent would raise false alarms.
 *
 * @param factor Pearson's chi-squared of the windows by its degrees of freedom (McCullagh and
 *     Nelder, Generalized linear models, 1989, 4.5.2); 1 when it is not visibly more than that
 * @param degrees degrees of freedom it was estimated with; infinite when it is taken for 1
 */
public record Dispersion(double factor, double degrees) {
  /** Independent draws. */
  public static final Dispersion NONE = new Dispersion(1, Double.POSITIVE_INFINITY);

  /**
   * Only what chance makes so rarely counts: a factor taken from every reference would cost power
   * where draws are independent.
   */
  private static final double VISIBLE = 0.01;

  /**
   * The dispersion of windows.
   *
   * @param windows counts of each window, by category, in the same order
   */
  public static Dispersion of(List<long[]> windows) {
    if (windows.isEmpty()) {
      return NONE;
    }
    int categories = windows.get(0).length;
    double[] sums = new double[categories];
    double all = 0;
    for (long[] window : windows) {
      for (int c = 0; c < categories; c++) {
        sums[c] += window[c];
        all += window[c];
      }
    }
    double chiSquared = 0;
    int filled = 0;
    for (long[] window : windows) {
      double size = 0;
      for (long count : window) {
        size += count;
      }
      if (size > 0) {
        filled++;
        chiSquared += pearson(window, size, sums, all);
      }
    }
    long used = Arrays.stream(sums).filter(s -> s > 0).count();
    double degrees = (filled - 1.0) * (used - 1.0);
    if (degrees < 1
        || ChiSquaredDistribution.of(degrees).survivalProbability(chiSquared) >= VISIBLE) {
      return NONE;
    }
    return new Dispersion(chiSquared / degrees, degrees);
  }

  private static double pearson(long[] window, double size, double[] sums, double all) {
    double chiSquared = 0;
    for (int c = 0; c < window.length; c++) {
      double expected = size * sums[c] / all;
      chiSquared += expected == 0 ? 0 : (window[c] - expected) * (window[c] - expected) / expected;
    }
    return chiSquared;
  }
}
