package dev.alluvium.streams.runtime;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a topology is with reading its state back from Kafka, and says so in the log while it
 * takes long. Its methods are called by threads of Kafka Streams; safe for any number of them.
 */
final class Restoration implements StateRestoreListener {
  private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);
  private static final Duration FIRST_LINE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final String name;
  private final InstantSource clock;
  private final Map<TopicPartition, Part> parts = new ConcurrentHashMap<>();
  private volatile long began;
  private volatile long sayAt;

  /** Offsets of a changelog: the first that is read, the next, and the last plus one. */
  private record Part(long from, long next, long to) {
    long size() {
      return to - from;
    }

    long done() {
      return next - from;
    }
  }

  Restoration(String name, InstantSource clock) {
    this.name = name;
    this.clock = clock;
  }

  /** For a person, while something is read back. */
  Optional<String> told() {
    long all = parts.values().stream().mapToLong(Part::size).sum();
    if (all == 0) {
      return Optional.empty();
    }
    long done = parts.values().stream().mapToLong(Part::done).sum();
    return Optional.of(
        "%,d of %,d records of its state are restored (%d %%)"
            .formatted(done, all, 100 * done / all));
  }

  @Override
  public void onRestoreStart(TopicPartition changelog, String store, long from, long to) {
    parts.put(changelog, new Part(from, from, Math.max(from, to)));
    if (parts.size() == 1) {
      began = clock.millis();
      sayAt = began + FIRST_LINE.toMillis();
    }
  }

  @Override
  public void onBatchRestored(TopicPartition changelog, String store, long last, long count) {
    parts.computeIfPresent(
        changelog, (key, part) -> new Part(part.from(), Math.min(part.to(), last + 1), part.to()));
    if (clock.millis() >= sayAt) {
      sayAt = clock.millis() + BETWEEN_LINES.toMillis();
      told().ifPresent(told -> LOG.info("{}: {}", name, told));
    }
  }

  @Override
  public void onRestoreEnd(TopicPartition changelog, String store, long total) {
    finished(changelog);
  }

  @Override
  public void onRestoreSuspended(TopicPartition changelog, String store, long total) {
    finished(changelog);
  }

  /** What is done counts until all is, so that the share grows only. */
  private void finished(TopicPartition changelog) {
    parts.computeIfPresent(changelog, (key, part) -> new Part(part.from(), part.to(), part.to()));
    if (parts.values().stream().allMatch(part -> part.next() == part.to())) {
      long took = clock.millis() - began;
      if (took >= FIRST_LINE.toMillis()) {
        told().ifPresent(told -> LOG.info("{}: {}, after {} s", name, told, took / 1000));
      }
      parts.clear();
    }
  }
}
