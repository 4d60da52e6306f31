package dev.alluvium.cli.broker;

import dev.alluvium.schemas.topic.Topics;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Broker settings for one small node: quick to start, small in memory, complete in function. */
final class BrokerProperties {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  /** Room for the largest dead letter and the batch around it. */
  private static final int MAX_MESSAGE_BYTES = Topics.MAX_DEAD_LETTER_BYTES + 64 * 1024;

  private BrokerProperties() {}

  static Properties of(Path data, int port, int controllerPort) {
    Properties properties = new Properties();
    properties.putAll(node(data, controllerPort));
    properties.putAll(broker(port, controllerPort));
    properties.putAll(SINGLE_NODE);
    properties.putAll(QUICK);
    properties.putAll(SHARED);
    properties.putAll(SMALL);
    properties.setProperty("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    properties.setProperty("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    properties.setProperty("auto.create.topics.enable", "false");
    return properties;
  }

  /** The controller alone. */
  static Properties controller(Path data, int controllerPort) {
    Properties properties = new Properties();
    properties.putAll(QUICK);
    properties.putAll(node(data, controllerPort));
    properties.setProperty("process.roles", "controller");
    properties.setProperty(
        "listeners", "%s://localhost:%d".formatted(CONTROLLER_LISTENER, controllerPort));
    return properties;
  }

  private static Map<String, String> node(Path data, int controllerPort) {
    return Map.of(
        "node.id",
        Integer.toString(NODE_ID),
        "log.dirs",
        data.toString(),
        "controller.listener.names",
        CONTROLLER_LISTENER,
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.quorum.voters",
        "%d@localhost:%d".formatted(NODE_ID, controllerPort));
  }

  private static Map<String, String> broker(int port, int controllerPort) {
    return Map.of(
        "process.roles",
        "broker,controller",
        "listeners",
        "PLAINTEXT://localhost:%d,%s://localhost:%d"
            .formatted(port, CONTROLLER_LISTENER, controllerPort),
        "advertised.listeners",
        "PLAINTEXT://localhost:" + port);
  }

  /** One node cannot keep a second copy of anything. */
  private static final Map<String, String> SINGLE_NODE =
      Map.of(
          "default.replication.factor", "1",
          "min.insync.replicas", "1",
          "offsets.topic.replication.factor", "1",
          "transaction.state.log.replication.factor", "1",
          "transaction.state.log.min.isr", "1",
          "share.coordinator.state.topic.replication.factor", "1",
          "share.coordinator.state.topic.min.isr", "1");

  /**
   * No peers to wait for: elections and heartbeats in fractions of a second. And nobody to take
   * over: a broker that is late on a busy machine is not declared dead for a minute.
   */
  private static final Map<String, String> QUICK =
      Map.of(
          "broker.heartbeat.interval.ms", "200",
          "broker.session.timeout.ms", "60000",
          "controller.quorum.election.timeout.ms", "200",
          "controller.quorum.fetch.timeout.ms", "1000",
          "controller.quorum.election.backoff.max.ms", "100",
          "group.initial.rebalance.delay.ms", "0",
          "group.streams.initial.rebalance.delay.ms", "0");

  /**
   * Members of a share group come, and are missed, within seconds: until one that died is missed,
   * nobody gets its partitions. By default that takes 45 s.
   */
  private static final Map<String, String> SHARED =
      Map.of(
          "group.share.min.record.lock.duration.ms", "1000",
          "group.share.min.session.timeout.ms", "6000",
          "group.share.session.timeout.ms", "10000",
          "group.share.min.heartbeat.interval.ms", "500",
          "group.share.heartbeat.interval.ms", "1000");

  /**
   * Small threads and buffers. The cleaner's default buffer of 128 MB alone ends a broker that has
   * a heap of 192 MB.
   */
  private static final Map<String, String> SMALL =
      Map.of(
          "log.cleaner.dedupe.buffer.size", "2097152",
          "log.index.size.max.bytes", "1048576",
          "offsets.topic.num.partitions", "4",
          "transaction.state.log.num.partitions", "4",
          "share.coordinator.state.topic.num.partitions", "4",
          "num.network.threads", "1",
          "num.io.threads", "2",
          "background.threads", "2");
}
