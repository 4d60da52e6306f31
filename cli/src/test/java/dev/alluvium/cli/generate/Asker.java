package dev.alluvium.cli.generate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.trainer.release.WeightsDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes requests, versions and rubbish, and reads what comes back. */
final class Asker implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMillis(100);

  private final Cluster cluster;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<String, GenerationResult> consumer;
  private final List<GenerationResult> results = new ArrayList<>();

  Asker(Cluster cluster) {
    this.cluster = cluster;
    this.producer =
        new KafkaProducer<>(
            cluster.kafka().producer(), new ByteArraySerializer(), new ByteArraySerializer());
    Topic<String, GenerationResult> topic = cluster.topics().generationResults();
    this.consumer =
        new KafkaConsumer<>(
            cluster.kafka().consumer(), topic.keys().deserializer(), topic.values().deserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic.name()).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** A greedy ANSWER. */
  static GenerationRequest.Builder request(String id, int maxTokens) {
    return GenerationRequest.newBuilder()
        .setRequestId(id)
        .setPairId("pair-" + id)
        .setKind(GenerationKind.ANSWER)
        .setReplyTo(3)
        .setSkill("math")
        .setEventTime(Instant.EPOCH)
        .setPrompt(Prompt.newBuilder().setInstruction("Add 1 and " + id + ".").build())
        .setTemplate("t")
        .setAttempt(1)
        .setMaxTokens(maxTokens)
        .setTemperature(0)
        .setSeed(0);
  }

  /** Asks, in one partition of the requests. */
  void ask(int partition, GenerationRequest request) {
    Topic<String, GenerationRequest> topic = cluster.topics().generationRequests();
    raw(partition, topic.values().serializer().serialize(topic.name(), request));
  }

  /** Writes any bytes where requests are expected. */
  void raw(int partition, byte[] value) {
    producer.send(
        new ProducerRecord<>(
            cluster.topics().generationRequests().name(), partition, new byte[] {1}, value));
  }

  void promote(String version, Path adapter) {
    version(version, VersionStatus.PROMOTED, adapter);
  }

  /** What a trainer says of a version. */
  void version(String version, VersionStatus status, Path adapter) {
    Topic<String, ModelVersion> topic = cluster.topics().models();
    ModelVersion record =
        ModelVersion.newBuilder()
            .setVersion(version)
            .setStatus(status)
            .setReason("")
            .setMethod("lora")
            .setPath(adapter.toString())
            .setCheckpoint("")
            .setFirstWindow(1)
            .setLastWindow(2)
            .setProbes(Map.of())
            .setDigest(digest(adapter))
            .setCreatedAt(Instant.EPOCH)
            .build();
    producer.send(
        new ProducerRecord<>(
            topic.name(),
            topic.keys().serializer().serialize(topic.name(), version),
            topic.values().serializer().serialize(topic.name(), record)));
    producer.flush();
  }

  void flush() {
    producer.flush();
  }

  /** Everything in the results so far, from the partition that was asked for. */
  List<GenerationResult> results() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<String, GenerationResult> record : consumer.poll(WAIT)) {
        if (record.partition() != 3 || !record.key().equals(record.value().getPairId())) {
          throw new AssertionError("a result went astray: " + record);
        }
        results.add(record.value());
      }
    }
    return List.copyOf(results);
  }

  /** Results that end a request. */
  List<GenerationResult> ends() {
    return results().stream().filter(r -> r.getFinish() != FinishReason.STARTED).toList();
  }

  List<DeadLetter> deadLetters() {
    List<DeadLetter> letters = new ArrayList<>();
    cluster.reader().read(cluster.topics().deadLetters(), r -> letters.add(r.value()));
    return letters;
  }

  @Override
  public void close() {
    consumer.close();
    producer.close();
  }

  /** Of the weights that are there, if any. */
  private static String digest(Path directory) {
    try {
      return Files.isDirectory(directory) ? WeightsDigest.of(directory) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
