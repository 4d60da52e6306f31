package dev.alluvium.cli.config;

import dev.alluvium.schemas.client.KafkaSettings;
import java.util.Map;

/**
 * All settings of all commands. Its components, down to the leaves, are the known keys; a map takes
 * any key below it.
 *
 * @param namespace prefix of topics, groups and ids; empty for none
 * @param kafka Kafka client settings, untouched
 * @param topics how topics are created
 */
public record AlluviumSettings(String namespace, Map<String, String> kafka, TopicsSettings topics) {

  /** Where the cluster is and how to speak to it. */
  public KafkaSettings cluster() {
    return new KafkaSettings(kafka);
  }
}
