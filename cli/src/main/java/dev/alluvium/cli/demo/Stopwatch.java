package dev.alluvium.cli.demo;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds from the start of this JVM to named moments. */
final class Stopwatch {
  private static final double MILLIS = 1000;

  // Not the process's start: the launcher may have built the program in the same process before.
  private final Instant start =
      Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
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
