package dev.alluvium.trainer.consume;

import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Orders that stand in {@code training.windows.v1} after the window that is trained now. Reads
 * ahead of the trainer by a consumer of its own, every record once unless the trainer goes back;
 * the mixer is few windows ahead, so that is little. Owned by one thread.
 */
final class OrdersAhead implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** What was erased must be known before a window is trained. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Training goes on meanwhile: who is to answer can be asked again. */
  private static final Duration IN_PASSING = Duration.ofSeconds(2);

  private final TopicPartition partition;
  private final KafkaConsumer<String, WindowRecord> consumer;
  private final NavigableMap<Long, Control> found = new TreeMap<>();
  private long from;

  OrdersAhead(Properties settings, Topic<String, WindowRecord> topic) {
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumer =
        new KafkaConsumer<>(settings, topic.keys().deserializer(), topic.values().deserializer());
    consumer.assign(List.of(partition));
    consumer.seek(partition, 0);
  }

  /** The pairs that are to be erased, by the orders that are there now at an offset or after it. */
  Set<String> erased(long offset) {
    return after(offset, PATIENCE).values().stream()
        .filter(order -> order.getKind() == CommandKind.ERASE)
        .map(order -> String.valueOf(order.getArgument()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The orders that choose a version, by offset, up to the first that rolls back: what that leaves
   * of the versions is known only after it.
   */
  SortedMap<Long, Control> choosing(long offset) {
    SortedMap<Long, Control> orders = new TreeMap<>();
    for (Map.Entry<Long, Control> order : after(offset, IN_PASSING).entrySet()) {
      CommandKind kind = order.getValue().getKind();
      if (kind == CommandKind.SERVE || kind == CommandKind.ROLLBACK) {
        orders.put(order.getKey(), order.getValue());
      }
      if (kind == CommandKind.ROLLBACK) {
        break;
      }
    }
    return orders;
  }

  private NavigableMap<Long, Control> after(long offset, Duration patience) {
    if (offset < from || consumer.position(partition) < offset) {
      consumer.seek(partition, offset);
      found.clear();
    }
    from = offset;
    found.headMap(offset).clear();
    readToEnd(patience);
    return found;
  }

  private void readToEnd(Duration patience) {
    long end = consumer.endOffsets(List.of(partition), patience).getOrDefault(partition, 0L);
    long deadline = System.nanoTime() + patience.toNanos();
    while (consumer.position(partition) < end) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(
            "%s could not be read from %d to its end %d within %s, to see what orders are there"
                .formatted(partition, consumer.position(partition), end, patience));
      }
      consumer
          .poll(POLL)
          .forEach(
              record -> {
                if (record.value().getRecord() instanceof Control control) {
                  found.put(record.offset(), control);
                }
              });
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
