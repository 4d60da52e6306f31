package dev.alluvium.cli.publish;

import dev.alluvium.cli.endpoint.Observed;
import dev.alluvium.cli.endpoint.Since;
import dev.alluvium.streams.metrics.Meters;
import dev.alluvium.streams.metrics.ProcessMetric;
import dev.alluvium.trainer.release.ModelStore;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * How the publisher of this process is. Told by the thread that goes round, read by any. Ready says
 * that it knows what is to answer; how far the servers are is a metric.
 */
final class PublisherHealth implements Observed {
  private static final String BASE = "base";

  private final Duration stalledAfter;
  private final LongSupplier nanos;
  private long rounds;
  private Duration all = Duration.ZERO;
  private Duration last = Duration.ZERO;
  private long switches;
  private long movedAt;
  private Optional<PublishReport> report = Optional.empty();

  /** A publisher that has not begun, by a clock such as {@link System#nanoTime()}. */
  PublisherHealth(Duration stalledAfter, LongSupplier nanos) {
    this.stalledAfter = stalledAfter;
    this.nanos = nanos;
    this.movedAt = nanos.getAsLong();
  }

  /**
   * A round has ended.
   *
   * @param came what came of it; nothing while models.v1 could not be read
   */
  synchronized void went(Duration took, Optional<PublishReport> came) {
    movedAt = nanos.getAsLong();
    rounds++;
    all = all.plus(took);
    last = took;
    report = came;
    switches += came.filter(PublishReport::switched).isPresent() ? 1 : 0;
  }

  @Override
  public synchronized Optional<String> stalled() {
    Duration still = Duration.ofNanos(nanos.getAsLong() - movedAt);
    return still.compareTo(stalledAfter) > 0
        ? Optional.of(
            "the publisher has not ended a look at models.v1 and the servers for %s (http.stalledAfter is %s)"
                .formatted(Since.words(still), Since.words(stalledAfter)))
        : Optional.empty();
  }

  @Override
  public synchronized Optional<String> unready() {
    return report.isPresent()
        ? Optional.empty()
        : Optional.of("models.v1 could not be read: what is to answer is not known");
  }

  @Override
  public synchronized void measure(Meters meters) {
    meters.set(ProcessMetric.PUBLISHER_ROUNDS, rounds);
    meters.set(ProcessMetric.PUBLISHER_ROUND_TIME, Since.seconds(all));
    meters.set(ProcessMetric.PUBLISHER_LAST_ROUND, Since.seconds(last));
    meters.set(ProcessMetric.PUBLISHER_SWITCHES, switches);
    report.ifPresent(
        known -> {
          Map<String, Long> states = new TreeMap<>();
          known
              .servers()
              .forEach(
                  server ->
                      states.merge(server.state().name().toLowerCase(Locale.ROOT), 1L, Long::sum));
          meters.set(ProcessMetric.PUBLISHER_SERVERS, states);
          meters.set(
              ProcessMetric.PUBLISHER_VERSION,
              known.version().equals(BASE) ? 0 : ModelStore.number(known.version()));
        });
  }
}
