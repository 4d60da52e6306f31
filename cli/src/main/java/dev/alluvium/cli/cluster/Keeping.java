package dev.alluvium.cli.cluster;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.client.KafkaSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How long a topic keeps a record, as the cluster is configured now.
 *
 * @param cleanup the policy: delete, compact, or both
 * @param retentionMillis after so long a record may go, under the policy delete; -1: never by age
 * @param segmentMillis so much longer it may stay, because newer records share its file
 */
public record Keeping(String cleanup, long retentionMillis, long segmentMillis) {
  /** Looking for what is too old, and deleting its files, takes the broker some minutes. */
  private static final Duration TIDYING = Duration.ofMinutes(10);

  /**
   * Of those of some topics that the cluster has, by name.
   *
   * @throws CommandFailure when the cluster does not tell
   */
  public static SortedMap<String, Keeping> of(KafkaSettings kafka, Collection<String> topics) {
    try (Admin admin = Admin.create(kafka.admin())) {
      Set<String> there = admin.listTopics().names().get();
      List<ConfigResource> resources =
          topics.stream()
              .filter(there::contains)
              .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
              .toList();
      Map<ConfigResource, Config> configs = admin.describeConfigs(resources).all().get();
      SortedMap<String, Keeping> keepings = new TreeMap<>();
      configs.forEach((topic, config) -> keepings.put(topic.name(), of(config)));
      return keepings;
    } catch (ExecutionException e) {
      throw new CommandFailure(
          "the cluster does not tell how long it keeps the topics " + topics, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while asking the cluster about its topics", e);
    }
  }

  private static Keeping of(Config config) {
    return new Keeping(
        config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value(),
        Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value()),
        Long.parseLong(config.get(TopicConfig.SEGMENT_MS_CONFIG).value()));
  }

  /**
   * When a record is gone at the latest; nothing where age alone deletes none.
   *
   * @param written when it was written
   */
  public Optional<Instant> goneBy(Instant written) {
    boolean deletes = cleanup.contains(TopicConfig.CLEANUP_POLICY_DELETE) && retentionMillis >= 0;
    return deletes
        ? Optional.of(written.plusMillis(retentionMillis).plusMillis(segmentMillis).plus(TIDYING))
        : Optional.empty();
  }
}
