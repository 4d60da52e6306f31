package dev.alluvium.cli.bench.streams;

import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.StreamsSettings;

/**
 * The place of one measurement: a namespace and a state directory of its own.
 *
 * @param kafka how to reach the broker
 * @param topics the namespace's catalogue
 * @param settings what the stage is told
 * @param records pairs or candidates
 * @param recordBytes about the size of each
 * @param seed of their texts
 */
record Trial(
    KafkaSettings kafka,
    Topics topics,
    StreamsSettings settings,
    int records,
    int recordBytes,
    long seed) {
  /** Where the copy is written. */
  String copyTopic() {
    return topics.id("copy");
  }
}
