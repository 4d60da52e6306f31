package dev.alluvium.cli.cluster;

import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The reports that are written from now on. Belongs to one thread. */
public final class ReportTail implements AutoCloseable {
  private final KafkaConsumer<String, Report> consumer;

  /** Begins where the topic ends now. */
  public ReportTail(Cluster cluster) {
    Topic<String, Report> reports = cluster.topics().reports();
    this.consumer =
        new KafkaConsumer<>(
            cluster.kafka().consumer(),
            reports.keys().deserializer(),
            reports.values().deserializer());
    TopicPartition partition = new TopicPartition(reports.name(), 0);
    consumer.assign(List.of(partition));
    consumer.seekToEnd(List.of(partition));
    consumer.position(partition);
  }

  /** The bodies of what is new, waiting for it at most so long. */
  public List<Object> poll(Duration wait) {
    List<Object> bodies = new ArrayList<>();
    consumer.poll(wait).forEach(record -> bodies.add(record.value().getBody()));
    return bodies;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
