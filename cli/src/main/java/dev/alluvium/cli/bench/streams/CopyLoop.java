package dev.alluvium.cli.bench.streams;

import dev.alluvium.streams.runtime.ClientSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The yardstick: consume, take text that compresses to as many bytes, produce, commit in a
 * transaction; with the very client settings that Kafka Streams gives the stage. One of these is
 * one thread, as a stream thread is.
 */
final class CopyLoop {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final String to;
  private final Payload payload;
  private final long commitNanos;
  private final CompletableFuture<Void> failed = new CompletableFuture<>();
  private volatile boolean stopping;
  private final Thread thread;

  /**
   * Prepares a loop; it has its partitions and its transactional id when this returns.
   *
   * @param number of this loop among those of the trial
   * @param from the partitions it reads
   */
  CopyLoop(Trial trial, int number, List<TopicPartition> from, Payload payload) {
    this.to = trial.copyTopic();
    this.payload = payload;
    this.commitNanos = trial.settings().commitInterval().toNanos();
    StreamsConfig streams =
        new StreamsConfig(ClientSettings.of(to, 1, trial.settings(), trial.kafka()));
    String id = to + "-" + number;
    Map<String, Object> reads = new HashMap<>(streams.getMainConsumerConfigs(to, id, number));
    reads.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
    Map<String, Object> writes = new HashMap<>(streams.getProducerConfigs(id));
    writes.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    this.consumer =
        new KafkaConsumer<>(reads, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.producer =
        new KafkaProducer<>(writes, new ByteArraySerializer(), new ByteArraySerializer());
    consumer.assign(from);
    consumer.seekToBeginning(from);
    producer.initTransactions();
    this.thread = new Thread(this::run, id);
  }

  /** Begins to copy. */
  void start() {
    thread.start();
  }

  /** Fails with the cause when copying failed; completes when it has stopped. */
  CompletableFuture<Void> failed() {
    return failed;
  }

  /** Ends it; harmless when it was never started. */
  void stop() throws InterruptedException {
    stopping = true;
    thread.join();
    consumer.close();
    producer.close();
  }

  private void run() {
    try {
      copy();
      failed.complete(null);
    } catch (RuntimeException e) {
      failed.completeExceptionally(e);
    }
  }

  private void copy() {
    Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    long lastCommit = System.nanoTime();
    producer.beginTransaction();
    while (!stopping) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        Future<RecordMetadata> unused =
            producer.send(
                new ProducerRecord<>(to, record.partition(), record.key(), payload.next()));
        done.put(
            new TopicPartition(record.topic(), record.partition()),
            new OffsetAndMetadata(record.offset() + 1));
      }
      if (!done.isEmpty() && System.nanoTime() - lastCommit >= commitNanos) {
        producer.sendOffsetsToTransaction(done, consumer.groupMetadata());
        producer.commitTransaction();
        done.clear();
        lastCommit = System.nanoTime();
        producer.beginTransaction();
      }
    }
    producer.abortTransaction();
  }
}
