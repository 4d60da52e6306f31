package dev.alluvium.trainer.release;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows the versions of models.v1 and which of them answers requests. Owned by one thread. */
public final class VersionFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(VersionFollower.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(100);

  private final TopicPartition partition;
  private final KafkaConsumer<String, ModelVersion> consumer;

  private final KnownVersions versions = new KnownVersions();

  /** Whether it was said that the broker does not answer, and it has not answered since. */
  private boolean told;

  /** A follower that knows nothing until it is asked. */
  public VersionFollower(KafkaSettings kafka, Topics topics) {
    Topic<String, ModelVersion> topic = topics.models();
    Properties settings = kafka.consumer();
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumer =
        new KafkaConsumer<>(settings, topic.keys().deserializer(), topic.values().deserializer());
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /**
   * Reads on to the end; without an answer of the broker, what was known stays.
   *
   * @return whether the end was reached
   * @throws AuthorizationException when the topic may not be read
   */
  private boolean refresh() {
    try {
      long end = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.position(partition, PATIENCE) < end && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, ModelVersion> record : consumer.poll(POLL)) {
          versions.add(record.key(), record.value());
        }
      }
      told = false;
      return consumer.position(partition, PATIENCE) >= end;
    } catch (AuthorizationException | AuthenticationException e) {
      throw e; // waiting does not help
    } catch (KafkaException e) {
      if (!told) {
        log.warn("{} cannot be read, the versions known so far stay: {}", partition, e.toString());
      }
      told = true;
      return false;
    }
  }

  /**
   * All versions as they are by now; nothing when the broker does not tell all of them. Changes
   * with the next call.
   */
  public Optional<KnownVersions> all() {
    return refresh() ? Optional.of(versions) : Optional.empty();
  }

  /** The version that answers by now: the one promoted last; none before the first. */
  public Optional<ModelVersion> serving() {
    refresh();
    return versions.serving();
  }

  /** Whether there is a version of this name by now. */
  public boolean knows(String version) {
    refresh();
    return versions.has(version);
  }

  /** What its client measures; for any thread. */
  public Map<MetricName, ? extends Metric> metrics() {
    return consumer.metrics();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
