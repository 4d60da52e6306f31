package dev.alluvium.cli.config;

import java.util.Optional;

/**
 * How topics are created.
 *
 * @param replicationFactor copies of each partition, 1 to 32,767; 0 for the broker's default
 */
public record TopicsSettings(int replicationFactor) {

  /** Refuses what no cluster takes. */
  public TopicsSettings {
    if (replicationFactor < 0 || replicationFactor > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "topics.replicationFactor is %d: expected 0 (the broker's default) to %d"
              .formatted(replicationFactor, Short.MAX_VALUE));
    }
  }

  /** Copies of each partition, or empty for the broker's default. */
  public Optional<Short> copies() {
    return replicationFactor == 0 ? Optional.empty() : Optional.of((short) replicationFactor);
  }
}
