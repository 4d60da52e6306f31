package dev.alluvium.trainer.consume;

import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads {@code training.windows.v1} from an offset the caller knows, without a group: a rebalance
 * can never take the partition away in the middle of a step. Owned by one thread.
 */
public final class WindowReader implements AutoCloseable {
  private final TopicPartition partition;
  private final KafkaConsumer<String, WindowRecord> consumer;
  private final WindowAssembler assembler;
  private final OrdersAhead orders;
  private Iterator<ConsumerRecord<String, WindowRecord>> fetched =
      List.<ConsumerRecord<String, WindowRecord>>of().iterator();

  /** A reader at the start of what the broker still has. */
  public WindowReader(KafkaSettings kafka, Topics topics) {
    Topic<String, WindowRecord> topic = topics.windows();
    Properties settings = kafka.consumer();
    // A missing offset means that records were deleted before they were trained: that must be loud.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumer =
        new KafkaConsumer<>(settings, topic.keys().deserializer(), topic.values().deserializer());
    this.assembler = new WindowAssembler(topic.name());
    this.orders = new OrdersAhead(settings, topic);
    consumer.assign(List.of(partition));
    seek(earliest());
  }

  /** The first offset that the broker still has. */
  public long earliest() {
    return consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  /** When the first record that the broker still has was written; now, if there is none. */
  public Instant earliestTime() {
    OffsetAndTimestamp first = consumer.offsetsForTimes(Map.of(partition, 0L)).get(partition);
    return first == null ? Instant.now() : Instant.ofEpochMilli(first.timestamp());
  }

  /** The offset after the last record. */
  public long end() {
    return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  /** Whether everything that is there by now has been read. */
  public boolean isAtEnd() {
    long end = end();
    return !fetched.hasNext() && consumer.position(partition) >= end;
  }

  /** The offset of the next record. */
  public long position() {
    return consumer.position(partition);
  }

  /**
   * Reads on from the first window or control that the broker still has: deleting by size may have
   * cut a window in the middle.
   */
  public void seekToFirstWindow() {
    seek(earliest());
    assembler.skipToWindow();
  }

  /** Reads on from an offset, forgetting everything fetched before. */
  public void seek(long offset) {
    consumer.seek(partition, offset);
    assembler.reset();
    fetched = List.<ConsumerRecord<String, WindowRecord>>of().iterator();
  }

  /**
   * The next whole window or control, or nothing when none is complete within the timeout.
   *
   * @throws BrokenWindowException when the records contradict each other
   * @throws org.apache.kafka.clients.consumer.OffsetOutOfRangeException when the broker has already
   *     deleted what should be trained next
   */
  public Optional<Input> poll(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    do {
      while (fetched.hasNext()) {
        ConsumerRecord<String, WindowRecord> record = fetched.next();
        Optional<Input> input = assembler.add(record.value(), record.offset());
        if (input.isPresent()) {
          return input;
        }
      }
      long left = Math.max(0, deadline - System.nanoTime());
      fetched = consumer.poll(Duration.ofNanos(left)).iterator();
    } while (fetched.hasNext() || System.nanoTime() < deadline);
    return Optional.empty();
  }

  /**
   * The pairs that are to be erased, by what stands now in the topic after an offset.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException when the topic cannot be read to its
   *     end
   */
  public Set<String> erasedAfter(long offset) {
    return orders.erased(offset);
  }

  /**
   * The orders that choose a version, by what stands now in the topic after an offset, by offset,
   * up to the first that rolls back.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException when the topic cannot be read to its
   *     end
   */
  public SortedMap<Long, Control> choosingAfter(long offset) {
    return orders.choosing(offset);
  }

  /** What its client measures; for any thread. */
  public Map<MetricName, ? extends Metric> metrics() {
    return consumer.metrics();
  }

  @Override
  public void close() {
    orders.close();
    consumer.close();
  }
}
