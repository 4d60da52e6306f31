package dev.alluvium.cli.endpoint;

import java.time.Duration;

/** Durations, for people and for metrics. */
public final class Since {
  private static final double NANOS = 1e9;
  private static final Duration LONG = Duration.ofMinutes(2);

  private Since() {}

  /** Such as {@code 90 s} or {@code 16 min}. */
  public static String words(Duration duration) {
    return duration.compareTo(LONG) < 0
        ? duration.toSeconds() + " s"
        : duration.toMinutes() + " min";
  }

  /** Seconds with their fraction. */
  public static double seconds(Duration duration) {
    return duration.toNanos() / NANOS;
  }
}
