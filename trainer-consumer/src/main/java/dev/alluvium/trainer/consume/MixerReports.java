package dev.alluvium.trainer.consume;

import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** What the mixer reported last. A report is written together with the window it tells of. */
public final class MixerReports {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Records that are read at a time, from the end backwards: others report more than the mixer. */
  private static final long PIECE = 1_000;

  private final KafkaSettings kafka;
  private final Topics topics;

  /** Reports of a namespace; nothing is read yet. */
  public MixerReports(KafkaSettings kafka, Topics topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  /**
   * The last window that the mixer has written; nothing when no report of it is left.
   *
   * @throws KafkaException when the topic cannot be read
   */
  public OptionalLong lastWindow() {
    Topic<String, Report> topic = topics.reports();
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    Properties settings = kafka.consumer();
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    try (KafkaConsumer<String, Report> consumer =
        new KafkaConsumer<>(settings, topic.keys().deserializer(), topic.values().deserializer())) {
      consumer.assign(List.of(partition));
      long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long to = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      OptionalLong found = OptionalLong.empty();
      while (to > begin && found.isEmpty()) {
        long from = Math.max(begin, to - PIECE);
        found = last(consumer, partition, from, to);
        to = from;
      }
      return found;
    }
  }

  private static OptionalLong last(
      KafkaConsumer<String, Report> consumer, TopicPartition partition, long from, long to) {
    consumer.seek(partition, from);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    OptionalLong last = OptionalLong.empty();
    while (consumer.position(partition) < to) {
      if (System.nanoTime() > deadline) {
        throw new KafkaException(
            "%s could not be read from %d to %d within %s, to see which window was written last"
                .formatted(partition, from, to, PATIENCE));
      }
      for (var record : consumer.poll(POLL)) {
        if (record.offset() < to && record.value().getBody() instanceof MixReport report) {
          last = OptionalLong.of(report.getLastWindow());
        }
      }
    }
    return last;
  }
}
