package dev.alluvium.streams.watch.measure;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.FDistribution;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.FisherExactTest;
import org.apache.commons.statistics.inference.GTest;
import org.jspecify.annotations.Nullable;

/**
 * Whether two sets of counts come from one mix: the likelihood ratio test of homogeneity (Sokal and
 * Rohlf, Biometry, 17.4).
 *
 * @param g the statistic, 2 sum x ln(x / expected)
 * @param degrees its degrees of freedom
 * @param p probability of so much or more when the mix is one
 */
public record CountTest(double g, int degrees, double p) {
  /** Below this an expected count is too small for the chi-squared distribution. */
  private static final double MIN_EXPECTED = 5;

  /** Below this the far tail of two rates is computed exactly; it is cheap there, too. */
  private static final double EXACT_BELOW = 20;

  /**
   * Compares counts of categories in the same order. Categories too rare for the distribution are
   * counted as one. With visible dispersion G by its degrees, by the dispersion, follows an F
   * distribution (McCullagh and Nelder, 4.5.2).
   *
   * @return null when fewer than two categories are left
   */
  public static @Nullable CountTest compare(
      long[] recent, long[] reference, Dispersion dispersion) {
    long[][] table = pooled(recent, reference);
    if (table[0].length < 2) {
      return null;
    }
    double g = GTest.withDefaults().test(table).getStatistic();
    int degrees = table[0].length - 1;
    return new CountTest(g, degrees, tail(g, degrees, dispersion));
  }

  /**
   * The probability of two rates as different as these, or more, when the rate is one. By the same
   * test; where counts are small and dispersion is not visible, by Fisher's exact one, which holds
   * for any counts.
   *
   * @param hits how often it happened
   * @param trials how often it could have
   */
  public static double rates(
      long hits, long trials, long referenceHits, long referenceTrials, Dispersion dispersion) {
    long all = hits + referenceHits;
    if (all == 0 || all == trials + referenceTrials) {
      return 1;
    }
    long[][] table = {
      {hits, trials - hits}, {referenceHits, referenceTrials - referenceHits},
    };
    double smallest =
        (double) Math.min(all, trials + referenceTrials - all)
            * Math.min(trials, referenceTrials)
            / (trials + referenceTrials);
    boolean exact = smallest < EXACT_BELOW && trials + referenceTrials <= Integer.MAX_VALUE;
    if (exact && dispersion.equals(Dispersion.NONE)) {
      return FisherExactTest.withDefaults()
          .with(AlternativeHypothesis.TWO_SIDED)
          .test(
              new int[][] {
                {(int) table[0][0], (int) table[0][1]}, {(int) table[1][0], (int) table[1][1]},
              })
          .getPValue();
    }
    double g = GTest.withDefaults().test(table).getStatistic();
    return tail(g, 1, dispersion);
  }

  private static double tail(double g, int degrees, Dispersion dispersion) {
    return Double.isInfinite(dispersion.degrees())
        ? ChiSquaredDistribution.of(degrees).survivalProbability(g)
        : FDistribution.of(degrees, dispersion.degrees())
            .survivalProbability(g / degrees / dispersion.factor());
  }

  private static long[][] pooled(long[] recent, long[] reference) {
    double small = 0;
    double all = 0;
    for (int c = 0; c < recent.length; c++) {
      small += recent[c];
      all += recent[c] + reference[c];
    }
    // the smaller row has the smaller expected counts
    double share = Math.min(small, all - small) / all;
    List<long[]> columns = new ArrayList<>();
    long[] rare = new long[2];
    for (int c = 0; c < recent.length; c++) {
      if ((recent[c] + reference[c]) * share >= MIN_EXPECTED) {
        columns.add(new long[] {recent[c], reference[c]});
      } else {
        rare[0] += recent[c];
        rare[1] += reference[c];
      }
    }
    if (rare[0] + rare[1] > 0) {
      columns.add(rare);
    }
    long[][] table = new long[2][columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      table[0][c] = columns.get(c)[0];
      table[1][c] = columns.get(c)[1];
    }
    return table;
  }
}
