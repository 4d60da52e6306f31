package dev.alluvium.streams.runtime;

import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.StreamsSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What Kafka Streams is told: exactly once, written names, bounded memory, room for big records.
 */
public final class ClientSettings {
  /** Room for a record's own overhead beside its value. */
  private static final int OVERHEAD = 64 * 1024;

  private static final long STORE_CACHE_BYTES = 16L * 1024 * 1024;

  /** There is no global table here; left out, Kafka 4 warns about it. Kafka 5 drops the key. */
  private static final String GLOBAL_HANDLER = "processing.exception.handler.global.enabled";

  private ClientSettings() {}

  /**
   * Properties of one application; what the user set under {@code kafka.} wins.
   *
   * @param application application id, namespace included
   * @param threads its stream threads
   */
  public static Properties of(
      String application, int threads, StreamsSettings settings, KafkaSettings kafka) {
    Map<String, String> needs = new HashMap<>();
    needs.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    needs.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    needs.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, "true");
    needs.put(GLOBAL_HANDLER, "true");
    needs.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir());
    needs.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(threads));
    // Pairs and replies meet in any order; to compare their times would cost on every record.
    needs.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, "-1");
    needs.put(
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
        Long.toString(settings.commitInterval().toMillis()));
    needs.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, Integer.toString(settings.standbys()));
    needs.put(
        StreamsConfig.REPLICATION_FACTOR_CONFIG, Integer.toString(settings.replicationFactor()));
    needs.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class.getName());
    needs.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, Long.toString(STORE_CACHE_BYTES));
    producer(
        needs,
        kafka,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        Integer.toString(Topics.MAX_DEAD_LETTER_BYTES + OVERHEAD));
    // A commit closes a batch of a few records in some 40 partitions; zstd pays by the batch.
    producer(needs, kafka, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    needs.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    needs.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        Integer.toString(Topics.MAX_INTERNAL_BYTES));
    return kafka.with(needs);
  }

  /** With the prefix it would win over what the user set without. */
  private static void producer(
      Map<String, String> needs, KafkaSettings kafka, String key, String value) {
    if (!kafka.client().containsKey(key)) {
      needs.put(StreamsConfig.producerPrefix(key), value);
    }
  }
}
