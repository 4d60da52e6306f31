package dev.alluvium.cli.container;

import dev.alluvium.cli.testing.Ports;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.awaitility.Awaitility;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/** Brokers in containers, at addresses that stay the same when a broker is restarted. */
final class Brokers implements AutoCloseable {
  private static final String IMAGE = "apache/kafka:4.3.1";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Network network;
  private final List<KafkaContainer> containers;

  private Brokers(Network network, List<KafkaContainer> containers) {
    this.network = network;
    this.containers = containers;
    Startables.deepStart(containers).join();
  }

  /** A broker alone. */
  static Brokers one() {
    Network network = Network.newNetwork();
    return new Brokers(network, List.of(broker(network, 1, 1)));
  }

  /** Three that keep everything three times, and take nothing that fewer than two have. */
  static Brokers three() {
    Network network = Network.newNetwork();
    return new Brokers(
        network, IntStream.rangeClosed(1, 3).mapToObj(id -> broker(network, id, 3)).toList());
  }

  private static KafkaContainer broker(Network network, int id, int brokers) {
    String voters =
        IntStream.rangeClosed(1, brokers)
            .mapToObj(voter -> "%d@broker-%d:9094".formatted(voter, voter))
            .collect(Collectors.joining(","));
    String replicas = Integer.toString(brokers);
    String leastReplicas = Integer.toString(Math.min(2, brokers));
    KafkaContainer broker =
        new KafkaContainer(IMAGE)
            .withNetwork(network)
            .withNetworkAliases("broker-" + id)
            .withEnv(
                Map.of(
                    "CLUSTER_ID", "YWxsdXZpdW0tdGVzdHMtMQ",
                    "KAFKA_NODE_ID", Integer.toString(id),
                    "KAFKA_CONTROLLER_QUORUM_VOTERS", voters,
                    "KAFKA_DEFAULT_REPLICATION_FACTOR", replicas,
                    "KAFKA_MIN_INSYNC_REPLICAS", leastReplicas,
                    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", replicas,
                    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", replicas,
                    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", leastReplicas));
    broker.setPortBindings(List.of(Ports.free() + ":9092"));
    return broker;
  }

  /** Where clients find them. */
  String bootstrapServers() {
    return containers.stream()
        .map(KafkaContainer::getBootstrapServers)
        .collect(Collectors.joining(","));
  }

  /** The only broker goes and comes back with what it has. */
  void restart() {
    KafkaContainer broker = containers.get(0);
    broker.getDockerClient().restartContainerCmd(broker.getContainerId()).exec();
  }

  /** SIGKILL for the broker that leads a topic's first partition. */
  void killLeaderOf(String topic) {
    int leader = leaderOf(topic);
    KafkaContainer broker = containers.get(leader - 1);
    broker.getDockerClient().killContainerCmd(broker.getContainerId()).exec();
    Awaitility.await().atMost(PATIENCE).until(() -> leaderOf(topic) != leader);
  }

  private int leaderOf(String topic) {
    Properties settings = new Properties();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .get(topic)
          .partitions()
          .get(0)
          .leader()
          .id();
    } catch (Exception e) {
      throw new IllegalStateException("the leader of " + topic + " cannot be found out", e);
    }
  }

  @Override
  public void close() {
    containers.forEach(KafkaContainer::stop);
    network.close();
  }
}
