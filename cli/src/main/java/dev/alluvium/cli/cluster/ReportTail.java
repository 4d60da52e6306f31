package dev.alluvium.cli.cluster;

import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The end of {@code reports.v1}, and what is written from now on. Belongs to one thread. */
public final class ReportTail implements AutoCloseable {
  /** So many reports are looked through first; twice as many when what is wanted is not there. */
  private static final long FIRST_LOOK = 1_000;

  private final KafkaConsumer<String, Report> consumer;
  private final TopicPartition partition;

  /**
   * Begins where the topic ends now.
   *
   * @throws CommandFailure when it is not there
   */
  public ReportTail(Cluster cluster) {
    Topic<String, Report> reports = cluster.topics().reports();
    this.consumer =
        new KafkaConsumer<>(
            cluster.kafka().consumer(),
            reports.keys().deserializer(),
            reports.values().deserializer());
    try {
      this.partition = TopicReader.partitions(consumer, reports.name()).get(0);
      consumer.assign(List.of(partition));
      consumer.seekToEnd(List.of(partition));
      consumer.position(partition);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** The last report with a body of some type, found from the end of the topic. */
  public static <T> Optional<T> last(Cluster cluster, Class<T> type) {
    try (ReportTail tail = new ReportTail(cluster)) {
      return tail.lastBefore(tail.consumer.position(tail.partition), type);
    }
  }

  private <T> Optional<T> lastBefore(long end, Class<T> type) {
    long first = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    for (long look = FIRST_LOOK; ; look *= 2) {
      long from = Math.max(first, end - look);
      List<T> found = new ArrayList<>(1);
      consumer.seek(partition, from);
      while (consumer.position(partition) < end) {
        for (Object body : poll(Duration.ofMillis(200))) {
          if (type.isInstance(body)) {
            found.clear();
            found.add(type.cast(body));
          }
        }
      }
      if (!found.isEmpty() || from == first) {
        return found.stream().findFirst();
      }
    }
  }

  /** The bodies of what is new, waiting for it at most so long. */
  public List<Object> poll(Duration wait) {
    List<Object> bodies = new ArrayList<>();
    consumer.poll(wait).forEach(record -> bodies.add(record.value().getBody()));
    return bodies;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
