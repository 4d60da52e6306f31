package dev.alluvium.cli.produce;

import dev.alluvium.cli.command.CommandFailure;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps records at most so many a second. */
final class Pace {
  private static final Pattern WRITTEN = Pattern.compile("(\\d+(?:\\.\\d+)?)(?:/s)?");

  private final double nanosPerRecord;
  private long start;
  private long records;

  private Pace(double nanosPerRecord) {
    this.nanosPerRecord = nanosPerRecord;
  }

  /** As fast as it goes. */
  static Pace unlimited() {
    return new Pace(0);
  }

  /** From {@code 500/s} or {@code 500}. */
  static Pace of(String written) {
    Matcher matcher = WRITTEN.matcher(written);
    if (!matcher.matches() || Double.parseDouble(matcher.group(1)) <= 0) {
      throw CommandFailure.usage(
          "--rate is '%s': expected records a second above 0, such as 500/s".formatted(written));
    }
    return new Pace(TimeUnit.SECONDS.toNanos(1) / Double.parseDouble(matcher.group(1)));
  }

  /** Returns when the next record is due. */
  void awaitNext() {
    if (records == 0) {
      // Time that passed before the first record earns no burst.
      start = System.nanoTime();
    }
    long due = (long) (records * nanosPerRecord);
    records++;
    for (long wait = due - (System.nanoTime() - start);
        wait > 0 && !Thread.currentThread().isInterrupted();
        wait = due - (System.nanoTime() - start)) {
      LockSupport.parkNanos(wait);
    }
  }
}
