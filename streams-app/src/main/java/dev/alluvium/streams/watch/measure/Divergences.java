package dev.alluvium.streams.watch.measure;

import java.util.Arrays;

/**
 * How far apart two mixes are. Mixes are amounts by skill, in the same order: counts or tokens, not
 * negative and not all zero.
 */
public final class Divergences {
  /** Added to every amount where a logarithm needs more than zero. */
  private static final double HALF = 0.5;

  private Divergences() {}

  /**
   * Population stability index: the sum of (a - e) ln(a / e) over the shares a and e. It is
   * Jeffreys' divergence (Jeffreys, An invariant form for the prior probability, 1946); its name
   * and the marks 0.1 and 0.25 are credit scoring's (Lewis, An introduction to credit scoring,
   * 1992). Half an example is added to every amount, so that a skill that is new or gone counts and
   * does not make it infinite.
   *
   * @param actual amounts by skill
   * @param expected amounts by skill
   * @return nats, 0 when the mixes are alike
   */
  public static double psi(double[] actual, double[] expected) {
    double[] a = shares(Arrays.stream(actual).map(x -> x + HALF).toArray());
    double[] e = shares(Arrays.stream(expected).map(x -> x + HALF).toArray());
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - e[i]) * Math.log(a[i] / e[i]);
    }
    return sum;
  }

  /**
   * Jensen-Shannon divergence: the mean of the two mixes' Kullback-Leibler divergences from the mix
   * half-way between them (Lin, Divergence measures based on the Shannon entropy, 1991, eq. 3.1).
   *
   * @return bits, 0 when the mixes are alike, 1 when they share no skill
   */
  public static double jensenShannon(double[] actual, double[] expected) {
    double[] a = shares(actual);
    double[] e = shares(expected);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double middle = (a[i] + e[i]) / 2;
      sum += term(a[i], middle) + term(e[i], middle);
    }
    return Math.max(0, sum / 2 / Math.log(2));
  }

  private static double term(double share, double middle) {
    return share == 0 ? 0 : share * Math.log(share / middle);
  }

  /**
   * Cramer's V of the table of two mixes, each weighed alike: the square root of half the sum of (a
   * - e)^2 / (a + e) over the shares (Cramer, Mathematical methods of statistics, 1946, 21.9). The
   * usual V of a table shrinks as one of its rows grows; this one says how different the mixes are,
   * whatever they were counted on.
   *
   * @return 0 when the mixes are alike, 1 when they share no skill
   */
  public static double cramersV(double[] actual, double[] expected) {
    double[] a = shares(actual);
    double[] e = shares(expected);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double both = a[i] + e[i];
      sum += both == 0 ? 0 : (a[i] - e[i]) * (a[i] - e[i]) / both;
    }
    return Math.sqrt(sum / 2);
  }

  private static double[] shares(double[] amounts) {
    double all = Arrays.stream(amounts).sum();
    return Arrays.stream(amounts).map(x -> x / all).toArray();
  }
}
