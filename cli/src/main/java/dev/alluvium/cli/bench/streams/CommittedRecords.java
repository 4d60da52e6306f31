package dev.alluvium.cli.bench.streams;

import dev.alluvium.schemas.client.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the committed records of a topic as they appear. */
final class CommittedRecords implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private long count;

  CommittedRecords(KafkaSettings kafka, String topic, int partitions) {
    Properties properties = kafka.consumer();
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "10000");
    properties.put(ConsumerConfig.CHECK_CRCS_CONFIG, "false");
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  /** Returns when so many are committed. */
  void await(long expected, String what, Watch watch, CompletableFuture<?> failed) {
    watch.restart();
    while (count < expected) {
      count += consumer.poll(POLL).count();
      watch.look(what, count, failed);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
