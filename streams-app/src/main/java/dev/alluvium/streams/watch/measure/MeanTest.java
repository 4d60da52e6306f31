package dev.alluvium.streams.watch.measure;

import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Whether a mean has changed when only sums are known: windows' means are compared on the
 * logarithmic scale, and how much they vary is read off the reference's windows (Student's t for
 * means of unequal weight).
 *
 * @param value the recent mean
 * @param reference the reference's mean
 * @param p probability of so different a mean, or more, when nothing has changed
 */
public record MeanTest(double value, double reference, double p) {
  /** Fewer windows say too little about how much they vary. */
  private static final int MIN_WINDOWS = 10;

  /** Lengths have long tails, so that their spread is known as if from half as many windows. */
  private static final double LONG_TAIL = 2;

  /**
   * Sum and number of what a mean is taken of.
   *
   * @param sum more than zero when there is anything
   * @param n how many
   */
  public record Sample(double sum, long n) {
    double log() {
      return Math.log(sum / n);
    }
  }

  /**
   * Compares.
   *
   * @param recent what may have changed
   * @param windows the reference's windows; those without anything are left out
   * @return null when there is too little to compare
   */
  public static @Nullable MeanTest compare(Sample recent, List<Sample> windows) {
    List<Sample> filled = windows.stream().filter(w -> w.n() > 0 && w.sum() > 0).toList();
    if (filled.size() < MIN_WINDOWS || recent.n() == 0 || recent.sum() <= 0) {
      return null;
    }
    double n = filled.stream().mapToDouble(Sample::n).sum();
    double mean = filled.stream().mapToDouble(w -> w.n() * w.log()).sum() / n;
    double squares = filled.stream().mapToDouble(w -> w.n() * Math.pow(w.log() - mean, 2)).sum();
    double error = Math.sqrt(squares / (filled.size() - 1.0) * (1.0 / recent.n() + 1 / n));
    double degrees = (filled.size() - 1.0) / LONG_TAIL;
    double difference = recent.log() - mean;
    double p;
    if (error > 0) {
      p = 2 * TDistribution.of(degrees).survivalProbability(Math.abs(difference) / error);
    } else {
      p = difference == 0 ? 1 : 0;
    }
    return new MeanTest(recent.sum() / recent.n(), Math.exp(mean), p);
  }
}
