package dev.alluvium.streams.watch.fold;

/**
 * How rarely each test may err, so that all of them, looked at after every window, together raise
 * as few alarms as the settings allow while nothing drifts: the allowance is divided by windows, by
 * family, and within a family by tests (Bonferroni).
 *
 * @param perWindow alarms expected in a window when nothing drifts
 */
record FalseAlarms(double perWindow) {
  /** The settings count alarms in so many windows. */
  private static final int WINDOWS = 200;

  /** A skill whose share jumps is what the watch must find soon: it gets most of the allowance. */
  private static final double SHARES = 0.75;

  private static final double TOWARDS_HALF = 0.9;

  private static final double MIX = 0.05;
  private static final double SUMS = 0.1;
  private static final double RATES = 0.1;

  static FalseAlarms of(double inWindows) {
    return new FalseAlarms(inWindows / WINDOWS);
  }

  /** The whole mix. */
  double mix() {
    return perWindow * MIX;
  }

  /**
   * The recent share of one of so many skills, for a two-sided test; the shares of all but one say
   * that one's. A change towards a half is harder to see than one away from it, because the share
   * then varies more by chance: it gets most of what the two sides have.
   */
  double share(int skills, boolean towardsHalf) {
    double both = perWindow * SHARES / Math.max(1, skills - 1);
    return 2 * both * (towardsHalf ? TOWARDS_HALF : 1 - TOWARDS_HALF);
  }

  /** One side of the cumulative sums of one of so many skills. */
  double sum(int skills) {
    return perWindow * SUMS / (2 * Math.max(1, skills - 1));
  }

  /** One of so many rates and lengths. */
  double rate(int rates) {
    return perWindow * RATES / rates;
  }
}
