package dev.alluvium.schemas.topic;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * One topic of the catalogue: what it is called, what it holds and how the broker keeps it.
 *
 * @param name full name, namespace included
 * @param keys serde of the keys; the key's meaning is in {@code key}
 * @param values serde of the values
 * @param key what the key is, for people
 * @param record name of the record a value holds, for people
 * @param partitions number of partitions; 1 where the order of everything matters
 * @param cleanup whether old records go by age or by key
 * @param retention how long records stay; null for compacted topics
 * @param maxMessageBytes largest record batch the broker takes
 * @param writers who writes, for people
 * @param readers who reads, for people
 */
public record Topic<K, V>(
    String name,
    Serde<K> keys,
    Serde<V> values,
    String key,
    String record,
    int partitions,
    Cleanup cleanup,
    @Nullable Duration retention,
    int maxMessageBytes,
    String writers,
    String readers) {

  /** How the broker makes room. */
  public enum Cleanup {
    /** Records older than the retention go. */
    DELETE,
    /** Only the newest record of a key stays. */
    COMPACT
  }

  /** The broker-side settings of this topic. */
  public Map<String, String> config() {
    Map<String, String> config = new TreeMap<>();
    config.put(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        cleanup == Cleanup.COMPACT
            ? TopicConfig.CLEANUP_POLICY_COMPACT
            : TopicConfig.CLEANUP_POLICY_DELETE);
    if (retention != null) {
      config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
    }
    config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
    config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    return config;
  }
}
