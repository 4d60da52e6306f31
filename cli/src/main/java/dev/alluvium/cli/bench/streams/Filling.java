package dev.alluvium.cli.bench.streams;

import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes the input of a measurement to a topic. Belongs to one thread. */
final class Filling<K, V> implements AutoCloseable {
  private static final String LINGER_MS = "20";
  private static final int BETWEEN_LOOKS = 256;

  private final Topic<K, V> topic;
  private final Watch watch;
  private final KafkaProducer<K, byte[]> producer;
  private final CompletableFuture<Void> refused = new CompletableFuture<>();
  private long records;
  private long valueBytes;

  Filling(KafkaSettings kafka, Topic<K, V> topic, Watch watch) {
    this.topic = topic;
    this.watch = watch;
    Properties properties = kafka.producer();
    properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    this.producer =
        new KafkaProducer<>(properties, topic.keys().serializer(), new ByteArraySerializer());
    watch.restart();
  }

  /** Sends a record to a partition. */
  void send(@Nullable K key, byte[] value, int partition) {
    Future<RecordMetadata> unused =
        producer.send(
            new ProducerRecord<>(topic.name(), partition, key, value),
            (metadata, failure) -> {
              if (failure != null) {
                refused.completeExceptionally(failure);
              }
            });
    records++;
    valueBytes += value.length;
    if (records % BETWEEN_LOOKS == 0) {
      watch.look("writing the input to " + topic.name(), records, refused);
    }
  }

  /** Waits until the broker has taken everything; gives what was written. */
  Stage.Written written() {
    producer.flush();
    watch.look("writing the input to " + topic.name(), records, refused);
    return new Stage.Written(records, valueBytes);
  }

  @Override
  public void close() {
    producer.close();
  }
}
