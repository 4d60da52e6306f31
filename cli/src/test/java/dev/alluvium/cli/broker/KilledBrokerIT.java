package dev.alluvium.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.testing.Ports;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded broker after SIGKILL. */
class KilledBrokerIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path directory;

  /**
   * Kafka by itself, a single node restarted after a kill, counts the transaction as aborted
   * without a word in its partitions, and the next commit of the same producer takes them along.
   */
  @Test
  void aTransactionThatTheKillCutOffNeverBecomesVisible() throws Exception {
    int port = Ports.free();
    Cluster cluster = Cluster.of(KafkaSettings.at("localhost:" + port), "killed");
    Topic<String, String> topic = cluster.topics().schemas();
    try (ServiceProcess first = broker(cluster, port)) {
      await().atMost(PATIENCE).ignoreExceptions().until(() -> createTopics(cluster));
      KafkaProducer<String, String> cutOff = producer(cluster, topic);
      cutOff.initTransactions();
      cutOff.beginTransaction();
      cutOff.send(new ProducerRecord<>(topic.name(), "cut", "off")).get();
      first.kill();
      cutOff.close(Duration.ZERO);
    }
    try (ServiceProcess second = broker(cluster, port);
        KafkaProducer<String, String> next = producer(cluster, topic)) {
      next.initTransactions();
      next.beginTransaction();
      next.send(new ProducerRecord<>(topic.name(), "next", "one"));
      next.commitTransaction();
      List<String> keys = new ArrayList<>();
      cluster.reader().read(topic, record -> keys.add(record.key()));
      assertThat(keys).contains("next").doesNotContain("cut");
      assertThat(second.isAlive()).isTrue();
    }
  }

  @Test
  void aBrokerThatWasKilledBeforeItHadRegisteredStartsToo() throws Exception {
    Path data = directory.resolve("data");
    EmbeddedBroker.start(data, 0).close();
    Files.delete(data.resolve(".kafka_cleanshutdown"));
    StaleRegistration.remove(data, Ports.free());
    assertThat(StaleRegistration.isIn(data)).isTrue();
    StaleRegistration.remove(data, Ports.free());
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      assertThat(Connection.check(KafkaSettings.at(broker.bootstrapServers()))).isEqualTo(1);
    }
  }

  private ServiceProcess broker(Cluster cluster, int port) throws IOException {
    List<String> options =
        List.of("--port", Integer.toString(port), "--data", directory.resolve("data").toString());
    return new ServiceProcess("broker", options, cluster, directory, Map.of());
  }

  private static boolean createTopics(Cluster cluster) {
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    return true;
  }

  private static KafkaProducer<String, String> producer(
      Cluster cluster, Topic<String, String> topic) {
    Properties properties = cluster.kafka().producer();
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "killed");
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "5000");
    properties.put(
        ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(PATIENCE.multipliedBy(2).toMillis()));
    return new KafkaProducer<>(properties, topic.keys().serializer(), topic.values().serializer());
  }
}
