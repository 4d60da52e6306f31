package dev.alluvium.schemas.client;

import static org.apache.kafka.common.config.AbstractConfig.CONFIG_PROVIDERS_CONFIG;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * How to reach the cluster: whatever stands under {@code kafka.} in the settings, untouched, over
 * every client's own needs; the few keys that exactly-once rests on are refused.
 *
 * @param client Kafka client settings, such as {@code bootstrap.servers} or {@code
 *     security.protocol}
 */
public record KafkaSettings(Map<String, String> client) {
  private static final String REMOVE = "remove the key";
  private static final String NAMESPACE =
      "remove the key, and set namespace to keep two pipelines apart";

  /** Keys that are not the user's: why, and what to do instead. */
  private static final Map<String, String> RESERVED =
      Map.of(
          "isolation.level", "records of aborted transactions would be trained: " + REMOVE,
          "enable.idempotence", "records could be lost or repeated: " + REMOVE,
          "enable.auto.commit", "a position would be kept before its work is done: " + REMOVE,
          "processing.guarantee", "pairs could be counted twice: " + REMOVE,
          "transactional.id", "the trainer's lease stands on it: " + NAMESPACE,
          "application.id", "state and positions stand under it: " + NAMESPACE);

  /** Before a key, these give it to some clients of Kafka Streams only. */
  private static final Pattern CLIENTS =
      Pattern.compile("^(?:(?:main\\.|restore\\.|global\\.)?consumer|producer|admin)\\.");

  /** Kafka's own places for secrets; it wants the class of each beside its name. */
  private static final Map<String, String> PROVIDERS =
      Map.of(
          "env", EnvVarConfigProvider.class.getName(),
          "file", FileConfigProvider.class.getName(),
          "dir", DirectoryConfigProvider.class.getName());

  /**
   * Checks that there is a cluster to talk to and that nothing is set which is not the user's.
   *
   * @throws IllegalArgumentException with every fault
   */
  public KafkaSettings {
    client = Map.copyOf(client);
    String refused =
        client.keySet().stream()
            .sorted()
            .flatMap(key -> refusal(key).map(why -> "kafka." + key + " " + why).stream())
            .collect(Collectors.joining("; "));
    if (!refused.isEmpty()) {
      throw new IllegalArgumentException(refused);
    }
    if (client.getOrDefault(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "").isBlank()) {
      throw new IllegalArgumentException(
          "kafka.bootstrap.servers is empty: expected host:port of a broker");
    }
  }

  /** Why a key cannot be set and what to do instead; empty when it can be. */
  public static Optional<String> refusal(String key) {
    return Optional.ofNullable(RESERVED.get(CLIENTS.matcher(key).replaceFirst("")))
        .map(why -> "cannot be set: " + why);
  }

  /** Settings for one broker and nothing else. */
  public static KafkaSettings at(String bootstrapServers) {
    return new KafkaSettings(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /** Names of the config providers that references such as {@code ${env:NAME}} may begin with. */
  public Set<String> providers() {
    return Arrays.stream(client.getOrDefault(CONFIG_PROVIDERS_CONFIG, "").split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Names of the config providers whose class need not be set. */
  public static Set<String> knownProviders() {
    return PROVIDERS.keySet();
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
    for (String provider : providers()) {
      String known = PROVIDERS.get(provider);
      if (known != null) {
        merged.put(CONFIG_PROVIDERS_CONFIG + "." + provider + ".class", known);
      }
    }
    merged.putAll(client);
    if (!providers().isEmpty()) {
      // Kafka takes a blank before a name as a part of it.
      merged.put(CONFIG_PROVIDERS_CONFIG, String.join(",", providers()));
    }
    Properties properties = new Properties();
    properties.putAll(merged);
    return properties;
  }

  /** The keys alone: values may be secret. */
  @Override
  public String toString() {
    return "KafkaSettings" + new TreeSet<>(client.keySet());
  }
}
