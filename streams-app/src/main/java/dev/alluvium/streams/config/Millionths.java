package dev.alluvium.streams.config;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Shares as whole numbers, for arithmetic that is the same everywhere. */
final class Millionths {
  private static final BigDecimal WHOLE = BigDecimal.valueOf(1_000_000);

  private Millionths() {}

  /** A share of 0 to 1 in millionths. */
  static int of(String key, double share) {
    Require.that(share >= 0 && share <= 1, "%s is %s: expected 0 to 1".formatted(key, share));
    return BigDecimal.valueOf(share)
        .multiply(WHOLE)
        .setScale(0, RoundingMode.HALF_UP)
        .intValueExact();
  }

  static double toShare(int millionths) {
    return BigDecimal.valueOf(millionths).divide(WHOLE).doubleValue();
  }
}
