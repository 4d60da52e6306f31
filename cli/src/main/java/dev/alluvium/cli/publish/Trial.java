package dev.alluvium.cli.publish;

import java.time.Duration;

/** Failures in a row of one thing, and when it may be tried again: later after each of them. */
final class Trial {
  private final Duration firstPause;
  private final Duration longestPause;
  private int failures;
  private String error = "";
  private long tryAgainAt;

  Trial(Duration firstPause, Duration longestPause) {
    this.firstPause = firstPause;
    this.longestPause = longestPause;
  }

  void failed(String why) {
    Duration pause = firstPause;
    for (int i = 0; i < failures && pause.compareTo(longestPause) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    failures++;
    error = why;
    tryAgainAt =
        System.nanoTime() + (pause.compareTo(longestPause) < 0 ? pause : longestPause).toNanos();
  }

  void succeeded() {
    failures = 0;
    error = "";
  }

  int failures() {
    return failures;
  }

  /** The last failure; empty after a success. */
  String error() {
    return error;
  }

  boolean isWaiting() {
    return failures > 0 && System.nanoTime() - tryAgainAt < 0;
  }
}
