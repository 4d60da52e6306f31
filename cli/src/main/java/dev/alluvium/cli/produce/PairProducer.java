package dev.alluvium.cli.produce;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Turn;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;

/** Sends pairs to {@code pairs.v1} as Avro and counts what the broker has taken. */
public final class PairProducer implements AutoCloseable {
  /** A few milliseconds of waiting make batches that compress well. */
  private static final String LINGER_MS = "20";

  private final Topic<byte[], byte[]> topic;
  private final Serializer<Pair> serializer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong deliveredBytes = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /** A producer to a namespace. */
  public PairProducer(Cluster cluster) {
    this.topic = cluster.topics().pairs();
    this.serializer = AvroSerde.of(Pair.class, cluster.schemas()).serializer();
    Properties properties = cluster.kafka().producer();
    properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    this.producer =
        new KafkaProducer<>(properties, topic.keys().serializer(), topic.values().serializer());
  }

  /**
   * Sends a pair; blocks while the send buffer is full.
   *
   * @param onFailure told, on another thread, when the broker did not take it
   * @return size of the value in bytes, or -1 when it is larger than a pair may be and was not sent
   */
  public int send(Pair pair, Consumer<Exception> onFailure) {
    byte[] value = serializer.serialize(topic.name(), pair);
    if (value.length > Topics.MAX_PAIR_BYTES) {
      return -1;
    }
    Future<RecordMetadata> unused =
        producer.send(
            new ProducerRecord<>(topic.name(), key(pair), value),
            (metadata, failure) -> {
              if (failure == null) {
                delivered.incrementAndGet();
                deliveredBytes.addAndGet(value.length);
              } else {
                failed.incrementAndGet();
                onFailure.accept(failure);
              }
            });
    return value.length;
  }

  /** Waits until the broker has answered for everything sent. */
  public void flush() {
    producer.flush();
  }

  /** Pairs the broker has taken. */
  public long delivered() {
    return delivered.get();
  }

  /** Bytes of their values. */
  public long deliveredBytes() {
    return deliveredBytes.get();
  }

  /** Pairs the broker has not taken. */
  public long failed() {
    return failed.get();
  }

  @Override
  public void close() {
    producer.close();
  }

  /** The pair's own id, else its content: equal pairs go to the same partition, in order. */
  private static byte[] key(Pair pair) {
    String id = pair.getId();
    if (id != null) {
      return id.getBytes(UTF_8);
    }
    List<String> parts = new ArrayList<>();
    parts.add(pair.getInstruction());
    parts.add(pair.getContext() == null ? "" : pair.getContext());
    for (Turn turn : pair.getHistory()) {
      parts.add(turn.getRole());
      parts.add(turn.getText());
    }
    parts.add(pair.getResponse());
    return Digests.sha256(parts.toArray(String[]::new)).getBytes(UTF_8);
  }
}
