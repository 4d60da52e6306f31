package dev.alluvium.trainer.generate.work;

import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.trainer.generate.work.Delivery.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work from an ordinary consumer group, for brokers without share groups: each partition belongs to
 * one worker, and its position is committed once everything before it is settled.
 */
public final class GroupWork implements WorkSource {
  private static final Logger log = LoggerFactory.getLogger(GroupWork.class);

  private final KafkaConsumer<byte[], byte[]> consumer;

  /** How often records in hand or given back have been handed out here. */
  private final Map<Place, Integer> deliveries = new HashMap<>();

  /**
   * Joins the group.
   *
   * @param batch most records handed out at a time
   */
  public GroupWork(KafkaSettings kafka, String topic, String group, int batch) {
    Properties settings = kafka.consumer();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(batch));
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
  }

  @Override
  public List<Delivery> take(Duration atMost) {
    consumer.resume(consumer.paused());
    List<Delivery> taken = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
      taken.add(Delivery.now(record, deliveries.merge(Place.of(record), 1, Integer::sum)));
    }
    return taken;
  }

  /** Stays a member of the group, without taking more. */
  @Override
  public void renew() {
    consumer.pause(consumer.assignment());
    ConsumerRecords<byte[], byte[]> early = consumer.poll(Duration.ZERO);
    // A partition that has just been assigned is not paused yet: its records come again later.
    for (TopicPartition partition : early.partitions()) {
      consumer.seek(partition, early.records(partition).get(0).offset());
    }
  }

  @Override
  public void settle(Collection<Delivery> done, Collection<Delivery> released) {
    Map<TopicPartition, Long> next = new HashMap<>();
    Map<TopicPartition, Long> again = new HashMap<>();
    for (Delivery delivery : done) {
      deliveries.remove(delivery.place());
      next.merge(delivery.place().partition(), delivery.record().offset() + 1, Math::max);
    }
    for (Delivery delivery : released) {
      again.merge(delivery.place().partition(), delivery.record().offset(), Math::min);
    }
    next.putAll(again);
    again.keySet().retainAll(consumer.assignment());
    again.forEach(consumer::seek);
    commit(next);
    deliveries.keySet().removeIf(place -> !consumer.assignment().contains(place.partition()));
  }

  private void commit(Map<TopicPartition, Long> next) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    next.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
    offsets.keySet().retainAll(consumer.assignment());
    try {
      consumer.commitSync(offsets);
    } catch (CommitFailedException
        | RebalanceInProgressException
        | RetriableCommitFailedException e) {
      log.warn(
          "requests have gone to another worker, they may be answered twice: {}", e.toString());
    }
  }

  @Override
  public Map<MetricName, ? extends Metric> metrics() {
    return consumer.metrics();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
