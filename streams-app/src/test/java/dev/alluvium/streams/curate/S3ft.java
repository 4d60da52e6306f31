package dev.alluvium.streams.curate;

import dev.alluvium.streams.config.S3ftSettings;
import java.time.Duration;

/** Settings with one thing changed. */
final class S3ft {
  static final Duration DEADLINE = Duration.ofSeconds(30);

  private S3ft() {}

  /** Nothing is scored. */
  static S3ftSettings settings() {
    return attempts(3);
  }

  static S3ftSettings attempts(int attempts) {
    return of("wait", 64, 16, attempts, 0, "refuse", "");
  }

  static S3ftSettings busy(String whenBusy, int maxInFlight, int backlogMiB) {
    return of(whenBusy, maxInFlight, backlogMiB, 3, 0, "refuse", "");
  }

  static S3ftSettings scoring(double share) {
    return of("wait", 64, 16, 3, share, "refuse", "");
  }

  static S3ftSettings allowingTeachers() {
    return of("wait", 64, 16, 3, 0, "allow", "");
  }

  static S3ftSettings prompts(String directory) {
    return of("wait", 64, 16, 3, 0, "refuse", directory);
  }

  private static S3ftSettings of(
      String whenBusy,
      int maxInFlight,
      int backlogMiB,
      int attempts,
      double scored,
      String teacher,
      String prompts) {
    return new S3ftSettings(
        "s3ft",
        whenBusy,
        maxInFlight,
        backlogMiB,
        DEADLINE,
        attempts,
        100,
        0.5,
        9,
        scored,
        teacher,
        prompts);
  }
}
