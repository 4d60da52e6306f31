package dev.alluvium.cli.generate;

import dev.alluvium.cli.command.Progress;
import dev.alluvium.trainer.generate.WorkerStats;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a worker does at the moment, in one line for people: rates are those since the last line.
 */
public final class Rates {
  private static final double NANOS = 1e9;

  private final LongSupplier nanos;
  private long since;
  private long requests;
  private long tokens;
  private WorkerStats now = WorkerStats.none();

  /**
   * Shows people how far a worker is while it works, in the thread that calls.
   *
   * @param worker gets what is to be told of its numbers
   */
  public static void show(PrintWriter err, Consumer<Consumer<WorkerStats>> worker) {
    Rates rates = new Rates(System::nanoTime);
    try (Progress progress = new Progress(err, "generate", 0, rates::line)) {
      worker.accept(
          stats -> {
            rates.update(stats);
            progress.reached(rates.settled());
          });
    }
  }

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
