package dev.alluvium.cli.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Which settings are secret by their key. Kafka says it of its own; of keys that it does not know,
 * the name tells. No key of ours holds a secret: they name the file or the variable that does.
 */
public final class Secrets {
  /** What is shown instead of a secret. */
  public static final String MASK = "***";

  private static final String KAFKA = "kafka.";

  private static final Pattern TELLTALE =
      Pattern.compile(
          "password|passphrase|passwd|secret|token|jaas|credential|private\\.?key|api\\.?key");

  /** Before a key, these give it to some clients of Kafka Streams, or to the broker's listeners. */
  private static final Pattern PREFIX =
      Pattern.compile("^(?:(?:main\\.|restore\\.|global\\.)?consumer|producer|admin)\\.");

  /** {@code https://name:password@host}: what stands before the host. */
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+(?=@)");

  private Secrets() {}

  /** Whether the value of a key must not be shown. */
  static boolean isSecret(String key) {
    if (!key.startsWith(KAFKA)) {
      return false;
    }
    String client = PREFIX.matcher(key.substring(KAFKA.length())).replaceFirst("");
    return known(client)
        .map(type -> type == ConfigDef.Type.PASSWORD)
        .orElseGet(() -> TELLTALE.matcher(client.toLowerCase(Locale.ROOT)).find());
  }

  /** A text without the names and passwords in its addresses. */
  static String withoutUserInfo(String text) {
    return USER_INFO.matcher(text).replaceAll(MASK);
  }

  /** The type that a Kafka client gives a key. */
  static Optional<ConfigDef.Type> known(String client) {
    return Stream.of(
            ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef())
        .flatMap(keys -> Optional.ofNullable(keys.configKeys().get(client)).stream())
        .map(key -> key.type)
        .findFirst();
  }
}
