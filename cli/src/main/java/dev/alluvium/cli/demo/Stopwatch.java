package dev.alluvium.cli.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds from the start of this JVM to named moments. */
final class Stopwatch {
  private static final double MILLIS = 1000;

  private final Instant start =
      ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
  private final Map<String, Double> moments = new LinkedHashMap<>();

  /** Notes a moment; only its first time counts. */
  void reached(String moment) {
    moments.putIfAbsent(moment, seconds());
  }

  /** Seconds until now. */
  double seconds() {
    return Duration.between(start, Instant.now()).toMillis() / MILLIS;
  }

  /** What was noted, in order. */
  Map<String, Double> moments() {
    return moments;
  }
}
