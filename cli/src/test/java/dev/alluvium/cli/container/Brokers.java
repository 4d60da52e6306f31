package dev.alluvium.cli.container;

import dev.alluvium.cli.testing.Ports;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.awaitility.Awaitility;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/** Brokers in containers, at addresses that stay the same when a broker is restarted. */
final class Brokers implements AutoCloseable {
  private static final String IMAGE = "apache/kafka:4.3.1";
  private static final int NONE = -1;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Network network;
  private final List<KafkaContainer> containers;

  private Brokers(Network network, List<KafkaContainer> containers) {
    this.network = network;
    this.containers = containers;
    Startables.deepStart(containers).join();
  }

  /** Three that keep everything three times, and take nothing that fewer than two have. */
  static Brokers three() {
    Network network = Network.newNetwork();
    return new Brokers(
        network, IntStream.rangeClosed(1, 3).mapToObj(id -> broker(network, id)).toList());
  }

  private static KafkaContainer broker(Network network, int id) {
    String voters = "1@broker-1:9094,2@broker-2:9094,3@broker-3:9094";
    KafkaContainer broker =
        new KafkaContainer(IMAGE)
            .withNetwork(network)
            .withNetworkAliases("broker-" + id)
            .withEnv(
                Map.of(
                    "CLUSTER_ID", "YWxsdXZpdW0tdGVzdHMtMQ",
                    "KAFKA_NODE_ID", Integer.toString(id),
                    "KAFKA_CONTROLLER_QUORUM_VOTERS", voters,
                    "KAFKA_DEFAULT_REPLICATION_FACTOR", "3",
                    "KAFKA_MIN_INSYNC_REPLICAS", "2",
                    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "3",
                    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "3",
                    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "2"));
    broker.setPortBindings(List.of(Ports.free() + ":9092"));
    return broker;
  }

  /** Where clients find them. */
  String bootstrapServers() {
    return containers.stream()
        .map(KafkaContainer::getBootstrapServers)
        .collect(Collectors.joining(","));
  }

  /** The broker that leads a topic's first partition goes and comes back with what it has. */
  void restartLeaderOf(String topic) {
    KafkaContainer broker = containers.get(leaderOf(topic) - 1);
    broker.getDockerClient().restartContainerCmd(broker.getContainerId()).exec();
    Awaitility.await().atMost(PATIENCE).until(() -> partition(topic).isr().size() == 3);
  }

  /** SIGKILL for the broker that leads a topic's first partition. */
  void killLeaderOf(String topic) {
    int leader = leaderOf(topic);
    KafkaContainer broker = containers.get(leader - 1);
    broker.getDockerClient().killContainerCmd(broker.getContainerId()).exec();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !Set.of(leader, NONE).contains(leaderOf(topic)));
  }

  private int leaderOf(String topic) {
    Node leader = partition(topic).leader();
    return leader == null ? NONE : leader.id();
  }

  private TopicPartitionInfo partition(String topic) {
    Properties settings = new Properties();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .get(topic)
          .partitions()
          .get(0);
    } catch (Exception e) {
      throw new IllegalStateException(topic + " cannot be described", e);
    }
  }

  @Override
  public void close() {
    containers.forEach(KafkaContainer::stop);
    network.close();
  }
}
