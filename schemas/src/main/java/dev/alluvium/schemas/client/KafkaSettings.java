package dev.alluvium.schemas.client;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How to reach the cluster: whatever stands under {@code kafka.} in the settings, untouched, under
 * every client's own needs.
 *
 * @param client Kafka client settings, such as {@code bootstrap.servers} or {@code
 *     security.protocol}
 */
public record KafkaSettings(Map<String, String> client) {

  /** Checks that there is a cluster to talk to. */
  public KafkaSettings {
    client = Map.copyOf(client);
    if (client.getOrDefault(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "").isBlank()) {
      throw new IllegalArgumentException(
          "kafka.bootstrap.servers is empty: expected host:port of a broker");
    }
  }

  /** Settings for one broker and nothing else. */
  public static KafkaSettings at(String bootstrapServers) {
    return new KafkaSettings(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /** Where the cluster is. */
  public String bootstrapServers() {
    return client.getOrDefault(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "");
  }

  /** For an admin client. */
  public Properties admin() {
    return with(Map.of());
  }

  /** For a consumer that sees committed records only and never commits offsets by itself. */
  public Properties consumer() {
    return with(
        Map.of(
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false"));
  }

  /** For a producer that neither loses nor repeats what it was given. */
  public Properties producer() {
    return with(
        Map.of(
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
            ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd"));
  }

  /** What the user set, over the given needs of ours. */
  public Properties with(Map<String, String> needs) {
    Map<String, String> merged = new HashMap<>(needs);
    merged.putAll(client);
    Properties properties = new Properties();
    properties.putAll(merged);
    return properties;
  }
}
