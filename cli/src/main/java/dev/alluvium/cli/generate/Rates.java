package dev.alluvium.cli.generate;

import dev.alluvium.trainer.generate.WorkerStats;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What a worker does at the moment, in one line for people: rates are those since the last line.
 */
final class Rates {
  private static final double NANOS = 1e9;

  private final LongSupplier nanos;
  private long since;
  private long requests;
  private long tokens;
  private WorkerStats now = new WorkerStats(0, 0, 0, 0, 0, "", false);

  /** Rates by a clock such as {@link System#nanoTime()}. */
  Rates(LongSupplier nanos) {
    this.nanos = nanos;
    this.since = nanos.getAsLong();
  }

  /** The numbers by now. */
  void update(WorkerStats stats) {
    now = stats;
  }

  /** Requests that are settled. */
  long settled() {
    return now.answered() + now.errors();
  }

  /** The line; the next one tells what happened from here on. */
  String line() {
    long time = nanos.getAsLong();
    double seconds = Math.max(1e-3, (time - since) / NANOS);
    String line =
        String.format(
            Locale.ROOT,
            "%s: %d answered, %d errors, %d given back; %.1f requests/s, %.0f tokens/s%s",
            now.model().isEmpty() ? "no model" : now.model(),
            now.answered(),
            now.errors(),
            now.released(),
            (settled() - requests) / seconds,
            (now.tokens() - tokens) / seconds,
            now.paused() ? "; paused" : "");
    since = time;
    requests = settled();
    tokens = now.tokens();
    return line;
  }
}
