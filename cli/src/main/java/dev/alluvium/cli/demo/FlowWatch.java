package dev.alluvium.cli.demo;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Follows reports, versions and the trainer's heartbeat into a {@link FlowState}. Belongs to one
 * thread.
 */
final class FlowWatch implements AutoCloseable {
  private final Topic<String, Report> reports;
  private final Topic<String, ModelVersion> models;
  private final Deserializer<Report> reportReader;
  private final Deserializer<ModelVersion> versionReader;
  private final KafkaConsumer<String, byte[]> consumer;
  private final FlowState state = new FlowState();

  /** Follows a namespace from the beginning of its topics. */
  FlowWatch(Cluster cluster) {
    this.models = cluster.topics().models();
    this.reports = cluster.topics().reports();
    this.reportReader = reports.values().deserializer();
    this.versionReader = models.values().deserializer();
    Properties properties = cluster.kafka().consumer();
    properties.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.consumer =
        new KafkaConsumer<>(
            properties, new StringDeserializer(), cluster.topics().pairs().values().deserializer());
    consumer.assign(
        List.of(
            new TopicPartition(reports.name(), 0),
            new TopicPartition(models.name(), 0),
            new TopicPartition(cluster.topics().progress().name(), 0)));
  }

  /** Where the flow stands as far as it has been read. */
  FlowState state() {
    return state;
  }

  /** Reads what is new, waiting for it at most so long. */
  void poll(Duration wait) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(wait)) {
      if (record.topic().equals(reports.name())) {
        state.accept(reportReader.deserialize(record.topic(), record.value()));
      } else if (!record.topic().equals(models.name())) {
        state.acceptHeartbeat();
      } else if (record.value() != null) {
        state.accept(versionReader.deserialize(record.topic(), record.value()));
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
