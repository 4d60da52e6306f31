package dev.alluvium.cli.cluster;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a topic holds now, once: from the beginning to where it ended when the call was made,
 * committed records only. Holds one batch in memory; joins no group.
 */
public final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(200);

  /** A broker that sends nothing for so long while records are due is not well. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaSettings kafka;

  /** A reader of one cluster. */
  public TopicReader(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /**
   * Gives every record to the reader, in order within each partition.
   *
   * @return records read
   * @throws CommandFailure when the topic is missing or the broker does not answer
   */
  public <K, V> long read(Topic<K, V> topic, Consumer<ConsumerRecord<K, V>> each) {
    try (KafkaConsumer<K, V> consumer =
        new KafkaConsumer<>(
            kafka.consumer(), topic.keys().deserializer(), topic.values().deserializer())) {
      List<TopicPartition> partitions = partitions(consumer, topic.name());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      return readUntil(consumer, consumer.endOffsets(partitions), each);
    }
  }

  /**
   * The last value of a topic with one partition, which is read through; nothing where it is empty.
   *
   * @throws CommandFailure when the topic is missing or the broker does not answer
   */
  public <V> Optional<V> newest(Topic<?, V> topic) {
    AtomicReference<@Nullable V> last = new AtomicReference<>();
    read(topic, record -> last.set(record.value()));
    return Optional.ofNullable(last.get());
  }

  /**
   * The oldest offset that each partition of a topic still has.
   *
   * @throws CommandFailure when the topic is missing
   */
  public SortedMap<Integer, Long> beginnings(Topic<?, ?> topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      SortedMap<Integer, Long> beginnings = new TreeMap<>();
      consumer
          .beginningOffsets(partitions(consumer, topic.name()))
          .forEach((partition, offset) -> beginnings.put(partition.partition(), offset));
      return beginnings;
    }
  }

  private static <K, V> long readUntil(
      KafkaConsumer<K, V> consumer,
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<K, V>> each) {
    long count = 0;
    long lastProgress = System.nanoTime();
    long position = positions(consumer, ends.keySet());
    while (!reached(consumer, ends)) {
      ConsumerRecords<K, V> records = consumer.poll(POLL);
      for (ConsumerRecord<K, V> record : records) {
        long end = ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
        if (record.offset() < end) {
          each.accept(record);
          count++;
        }
      }
      long now = positions(consumer, ends.keySet());
      if (now != position) {
        position = now;
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
        throw new CommandFailure(
            "%s sent nothing for %d s while records are due: is the broker overloaded or a transaction hanging?"
                .formatted(ends.keySet(), PATIENCE.toSeconds()));
      }
    }
    return count;
  }

  private static boolean reached(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static long positions(
      KafkaConsumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    return partitions.stream().mapToLong(consumer::position).sum();
  }

  /**
   * The partitions of a topic.
   *
   * @throws CommandFailure when it is not there
   */
  static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    List<PartitionInfo> found = consumer.partitionsFor(topic);
    if (found == null || found.isEmpty()) {
      throw new CommandFailure(
          "the topic %s is not there: run `alluvium topics create`".formatted(topic));
    }
    return found.stream().map(p -> new TopicPartition(topic, p.partition())).toList();
  }
}
