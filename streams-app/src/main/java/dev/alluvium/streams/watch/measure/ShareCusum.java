package dev.alluvium.streams.watch.measure;

/**
 * One side of a cumulative sum over a skill's share: the evidence, in nats, that the share left the
 * reference's some windows ago, at the moment that explains it best (Page, Continuous inspection
 * schemes, 1954). Every candidate adds its log-likelihood ratio, so that windows may be of any size
 * and rare skills need no normal approximation.
 *
 * @param value the sum; never negative
 * @param hits the skill's candidates since it left zero
 * @param total all candidates since it left zero
 * @param from the window at which it left zero; 0 while it is zero
 */
public record ShareCusum(double value, long hits, long total, long from) {
  /** No evidence. */
  public static final ShareCusum ZERO = new ShareCusum(0, 0, 0, 0);

  /**
   * The sum after one more window: max(0, value + (hits ln(q / p) + (total - hits) ln((1 - q) / (1
   * - p))) / scale).
   *
   * @param windowId the window
   * @param hits the skill's candidates in it
   * @param total all candidates in it
   * @param share p, the reference's share, between 0 and 1
   * @param shifted q, the share that is looked for, between 0 and 1
   * @param scale what evidence is divided by, where draws are not independent or p is a guess; 1 or
   *     more
   */
  public ShareCusum next(
      long windowId, long hits, long total, double share, double shifted, double scale) {
    double evidence =
        (hits * Math.log(shifted / share) + (total - hits) * Math.log((1 - shifted) / (1 - share)))
            / scale;
    double sum = value + evidence;
    if (sum <= 0) {
      return ZERO;
    }
    return new ShareCusum(sum, this.hits + hits, this.total + total, value == 0 ? windowId : from);
  }

  /** The skill's share since the sum left zero. */
  public double share() {
    return (double) hits / total;
  }

  /**
   * The sum at which an alarm begins, for a rate of false alarms by window. A sum that is looked at
   * after every window is above h at most exp(-h) times a window (Wald's bound on the likelihood
   * ratio, begun at every window). Because a window adds much at a time the sum mostly overshoots,
   * and the rate is smaller by theta^2 / 2 nu(theta)^2 with nu(theta) about exp(-0.583 theta)
   * (Siegmund, Sequential analysis, 1985, 8.5 and 10.2).
   *
   * @param rate false alarms by window, more than 0
   * @param theta the shift looked for, in standard deviations of one window's share
   */
  public static double threshold(double rate, double theta) {
    double damped = theta * theta / 2 * Math.exp(-2 * OVERSHOOT * theta);
    return Math.log(Math.max(LEAST_DAMPING, Math.min(1, damped)) / rate);
  }

  private static final double OVERSHOOT = 0.583;

  /** The approximation of nu is not trusted further. */
  private static final double LEAST_DAMPING = 0.05;
}
