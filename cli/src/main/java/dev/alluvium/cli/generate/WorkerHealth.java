package dev.alluvium.cli.generate;

import dev.alluvium.cli.endpoint.Observed;
import dev.alluvium.cli.endpoint.Since;
import dev.alluvium.streams.metrics.Meters;
import dev.alluvium.streams.metrics.ProcessMetric;
import dev.alluvium.trainer.generate.WorkerStats;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the generation worker of this process is. As long as it loads the model it is alive, however
 * long that takes. It hears of itself whenever it looks for requests, and while it answers.
 */
public final class WorkerHealth implements Observed, Consumer<WorkerStats> {
  /** A worker looks for requests, or after those in hand, several times a second. */
  private static final Duration LATELY = Duration.ofMinutes(1);

  private static final Pattern VERSION = Pattern.compile("v(\\d+)");

  private final Duration stalledAfter;
  private final LongSupplier nanos;

  private volatile Optional<Told> last = Optional.empty();

  private record Told(WorkerStats stats, long at) {}

  /** A worker that has not begun, by a clock such as {@link System#nanoTime()}. */
  public WorkerHealth(Duration stalledAfter, LongSupplier nanos) {
    this.stalledAfter = stalledAfter;
    this.nanos = nanos;
  }

  @Override
  public void accept(WorkerStats stats) {
    last = Optional.of(new Told(stats, nanos.getAsLong()));
  }

  @Override
  public Optional<String> stalled() {
    return last.flatMap(
        told -> {
          Duration silent = since(told.at());
          Duration still = since(told.stats().batches().movedAt());
          int inHand = told.stats().batches().inHand();
          if (silent.compareTo(stalledAfter) > 0) {
            return Optional.of(
                "the worker has not looked for requests for %s (http.stalledAfter is %s)"
                    .formatted(Since.words(silent), Since.words(stalledAfter)));
          }
          if (inHand > 0 && still.compareTo(stalledAfter) > 0) {
            return Optional.of(
                "the answers to %d requests in hand have not gone on for %s (http.stalledAfter is %s)"
                    .formatted(inHand, Since.words(still), Since.words(stalledAfter)));
          }
          return Optional.empty();
        });
  }

  @Override
  public Optional<String> unready() {
    if (last.isEmpty()) {
      return Optional.of("the worker loads the model");
    }
    Told told = last.get();
    Duration silent = since(told.at());
    if (silent.compareTo(LATELY) > 0) {
      return Optional.of("the worker has not looked for requests for " + Since.words(silent));
    }
    return told.stats().paused()
        ? Optional.of(
            "no requests are taken: the server at generate.openai.baseUrl has failed too often, or generate.openai.costPerDay is spent")
        : Optional.empty();
  }

  @Override
  public void measure(Meters meters) {
    WorkerStats stats = last.map(Told::stats).orElseGet(WorkerStats::none);
    meters.set(ProcessMetric.WORKER_REQUESTS, stats.answered(), "answered");
    meters.set(ProcessMetric.WORKER_REQUESTS, stats.errors(), "error");
    meters.set(ProcessMetric.WORKER_REQUESTS, stats.released(), "released");
    meters.set(ProcessMetric.WORKER_REQUESTS, stats.deadLetters(), "dead_letter");
    meters.set(ProcessMetric.WORKER_TOKENS, stats.tokens());
    meters.set(ProcessMetric.WORKER_BATCHES, stats.batches().answered());
    meters.set(ProcessMetric.WORKER_BATCH_TIME, Since.seconds(stats.batches().answering()));
    meters.set(ProcessMetric.WORKER_LAST_BATCH, Since.seconds(stats.batches().last()));
    meters.set(ProcessMetric.WORKER_LAST_BATCH_SIZE, stats.batches().lastRequests());
    meters.set(ProcessMetric.WORKER_IN_HAND, stats.batches().inHand());
    meters.set(ProcessMetric.WORKER_LOADS, stats.loads().loaded(), "loaded");
    meters.set(ProcessMetric.WORKER_LOADS, stats.loads().failed(), "failed");
    meters.set(ProcessMetric.WORKER_PAUSED, stats.paused() ? 1 : 0);
    Matcher version = VERSION.matcher(stats.model());
    meters.set(
        ProcessMetric.WORKER_VERSION, version.matches() ? Long.parseLong(version.group(1)) : 0);
  }

  private Duration since(long at) {
    return Duration.ofNanos(nanos.getAsLong() - at);
  }
}
