package dev.alluvium.trainer.generate;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.trainer.generate.work.Delivery;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes results to those who asked, and dead letters; each write tells when the broker has it. */
final class Results implements AutoCloseable {
  /** Room for the record's own overhead below the topic's limit. */
  private static final int MOST_BYTES = Topics.MAX_INTERNAL_BYTES - 16 * 1024;

  private final Topics topics;
  private final KafkaProducer<byte[], byte[]> producer;

  Results(KafkaSettings kafka, Topics topics) {
    this.topics = topics;
    Properties settings = kafka.producer();
    settings.putIfAbsent(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Topics.MAX_DEAD_LETTER_BYTES));
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Whether there is such a partition of the results. */
  boolean has(int partition) {
    return partition >= 0
        && partition < producer.partitionsFor(topics.generationResults().name()).size();
  }

  /**
   * Writes a result; one that no record can hold becomes an error that says so.
   *
   * @param partition where the asker waits
   */
  CompletableFuture<Void> write(GenerationResult result, int partition) {
    Topic<String, GenerationResult> topic = topics.generationResults();
    byte[] value = topic.values().serializer().serialize(topic.name(), result);
    if (value.length > MOST_BYTES) {
      GenerationResult error =
          GenerationResult.newBuilder()
              .setRequestId(result.getRequestId())
              .setPairId(result.getPairId())
              .setKind(result.getKind())
              .setSkill(result.getSkill())
              .setFinish(FinishReason.ERROR)
              .setLatencyMillis(result.getLatencyMillis())
              .setCost(result.getCost())
              .setError(
                  "the result has %d bytes, a record holds %d: ask for fewer tokens"
                      .formatted(value.length, MOST_BYTES))
              .build();
      value = topic.values().serializer().serialize(topic.name(), error);
    }
    byte[] key = topic.keys().serializer().serialize(topic.name(), result.getPairId());
    return send(new ProducerRecord<>(topic.name(), partition, key, value));
  }

  /** Keeps a record that is no usable request, with its bytes. */
  CompletableFuture<Void> deadLetter(Delivery delivery, String reason, String detail) {
    ConsumerRecord<byte[], byte[]> record = delivery.record();
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage("generate")
            .setReason(reason)
            .setDetail(detail)
            .setSource(new SourcePosition(record.topic(), record.partition(), record.offset()))
            .setKey(buffer(record.key()))
            .setValue(buffer(record.value()))
            .setTime(delivery.time())
            .build();
    Topic<byte[], DeadLetter> topic = topics.deadLetters();
    return send(
        new ProducerRecord<>(
            topic.name(),
            record.key(),
            topic.values().serializer().serialize(topic.name(), letter)));
  }

  private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> record) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    producer.send(
        record,
        (metadata, failure) -> {
          if (failure == null) {
            written.complete(null);
          } else {
            written.completeExceptionally(failure);
          }
        });
    return written;
  }

  /** What its client measures; for any thread. */
  Map<MetricName, ? extends Metric> metrics() {
    return producer.metrics();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5)); // what is not written is asked for again
  }
}
