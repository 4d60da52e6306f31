package dev.alluvium.trainer.generate.work;

import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.trainer.generate.work.Delivery.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work from a share group: any number of workers share a partition, record by record, and a record
 * whose worker dies goes to another when its lock ends.
 */
public final class ShareWork implements WorkSource {
  private static final Logger log = LoggerFactory.getLogger(ShareWork.class);
  private static final Duration RENEWED_WITHIN = Duration.ofSeconds(5);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /** Settings for all clients that share consumers refuse: the group or the broker has its own. */
  private static final List<String> NOT_FOR_SHARES =
      List.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
          ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
          ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
          ConsumerConfig.GROUP_PROTOCOL_CONFIG,
          ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);

  private final KafkaShareConsumer<byte[], byte[]> consumer;

  /** What can be acknowledged now. */
  private final Map<Place, ConsumerRecord<byte[], byte[]>> held = new LinkedHashMap<>();

  /** Records that came with a renewal, to be handed out next. */
  private final List<ConsumerRecord<byte[], byte[]>> ahead = new ArrayList<>();

  /**
   * Joins the group.
   *
   * @param batch most records handed out at a time
   * @param lock how long a record stays here without a renewal
   */
  public ShareWork(KafkaSettings kafka, String topic, String group, int batch, Duration lock) {
    ShareGroup.configure(kafka.admin(), group, lock);
    Properties settings = kafka.with(Map.of());
    NOT_FOR_SHARES.forEach(settings::remove);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(batch));
    this.consumer =
        new KafkaShareConsumer<>(
            settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
  }

  @Override
  public List<Delivery> take(Duration atMost) {
    if (ahead.isEmpty()) {
      hold(consumer.poll(atMost), Map.of());
    }
    List<Delivery> taken = ahead.stream().map(ShareWork::delivery).toList();
    ahead.clear();
    return taken;
  }

  private static Delivery delivery(ConsumerRecord<byte[], byte[]> record) {
    return Delivery.now(record, record.deliveryCount().orElse((short) 1));
  }

  /**
   * A renewed record is away until a poll gives it back, and only then can it be acknowledged. What
   * does not come back has lost its lock: another worker may have it.
   */
  @Override
  public void renew() {
    Map<Place, ConsumerRecord<byte[], byte[]>> away = new LinkedHashMap<>(held);
    if (away.isEmpty()) {
      return;
    }
    held.values().forEach(record -> consumer.acknowledge(record, AcknowledgeType.RENEW));
    commit("renewed");
    held.clear();
    long deadline = System.nanoTime() + RENEWED_WITHIN.toNanos();
    do {
      hold(consumer.poll(BETWEEN_LOOKS), away);
      // Records in hand would have to be acknowledged before the next poll.
    } while (held.isEmpty() && System.nanoTime() < deadline);
    if (!held.keySet().containsAll(away.keySet())) {
      log.warn(
          "{} of {} requests in hand could not be renewed: another worker may answer them too",
          away.keySet().stream().filter(place -> !held.containsKey(place)).count(),
          away.size());
    }
  }

  /** Takes records into hand; those that were not away come ahead of their turn. */
  private void hold(
      Iterable<ConsumerRecord<byte[], byte[]>> records,
      Map<Place, ConsumerRecord<byte[], byte[]>> away) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Place place = Place.of(record);
      if (held.put(place, record) == null && !away.containsKey(place)) {
        ahead.add(record);
      }
    }
  }

  @Override
  public void settle(Collection<Delivery> done, Collection<Delivery> released) {
    done.forEach(delivery -> acknowledge(delivery, AcknowledgeType.ACCEPT));
    released.forEach(delivery -> acknowledge(delivery, AcknowledgeType.RELEASE));
    commit("settled");
  }

  private void acknowledge(Delivery delivery, AcknowledgeType how) {
    ConsumerRecord<byte[], byte[]> record = held.remove(delivery.place());
    if (record != null) {
      consumer.acknowledge(record, how);
    }
  }

  private void commit(String what) {
    consumer
        .commitSync()
        .forEach(
            (partition, failure) ->
                failure.ifPresent(
                    why ->
                        log.warn(
                            "requests of {} could not be {}, they may be answered twice: {}",
                            partition,
                            what,
                            why.getMessage())));
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
