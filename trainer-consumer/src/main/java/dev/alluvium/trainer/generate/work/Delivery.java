package dev.alluvium.trainer.generate.work;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A record as it was handed out.
 *
 * @param record the record, its bytes unread
 * @param last true when giving it back would lose it: there is no further delivery
 * @param at when it was handed out, in ns of {@link System#nanoTime()}
 */
public record Delivery(ConsumerRecord<byte[], byte[]> record, boolean last, long at) {
  /** Deliveries of one record, the first included, before it is given up. */
  public static final int MOST = 5;

  /** Where a record stands: its identity. */
  record Place(TopicPartition partition, long offset) {
    static Place of(ConsumerRecord<byte[], byte[]> record) {
      return new Place(new TopicPartition(record.topic(), record.partition()), record.offset());
    }
  }

  /** A record handed out now. */
  static Delivery now(ConsumerRecord<byte[], byte[]> record, int deliveries) {
    return new Delivery(record, deliveries >= MOST, System.nanoTime());
  }

  Place place() {
    return Place.of(record);
  }

  /** When the broker took the record. */
  public Instant time() {
    return Instant.ofEpochMilli(record.timestamp());
  }
}
