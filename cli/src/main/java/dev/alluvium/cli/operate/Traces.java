package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Keeping;
import dev.alluvium.schemas.topic.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The topics that may have a pair's words in them, and when these are gone from each. */
final class Traces {
  private Traces() {}

  private static final String COMPACTED = "when the broker compacts it";
  private static final String WAITS = "when it waits there no more, and the broker compacts it";
  private static final String READ = "soon after curate has read it: Kafka Streams deletes it";

  /**
   * A topic.
   *
   * @param holds what of a pair it may hold
   * @param otherwise for a person: what removes it where age does not
   */
  record Trace(String topic, String holds, String otherwise, Keeping keeping) {
    /** When the words are gone at the latest; nothing when no date can be told. */
    Optional<Instant> goneBy(Instant now) {
      return keeping.goneBy(now);
    }

    /** The same for a person. */
    String when(Instant now) {
      return goneBy(now).map("%s at the latest"::formatted).orElse(otherwise);
    }
  }

  /** What a cluster has of them, in the order of the flow. */
  static List<Trace> of(Cluster cluster) {
    List<Draft> drafts = drafts(cluster.topics());
    Map<String, Keeping> keepings =
        Keeping.of(cluster.kafka(), drafts.stream().map(Draft::topic).toList());
    return drafts.stream().flatMap(draft -> draft.trace(keepings.get(draft.topic()))).toList();
  }

  /** A topic before it is known how the cluster keeps it, or whether it is there. */
  private record Draft(String topic, String holds, @Nullable String otherwise) {
    Stream<Trace> trace(@Nullable Keeping keeping) {
      if (keeping == null) {
        return Stream.of();
      }
      String undated =
          "no date: cleanup.policy is %s, retention.ms is %d"
              .formatted(keeping.cleanup(), keeping.retentionMillis());
      return Stream.of(new Trace(topic, holds, otherwise == null ? undated : otherwise, keeping));
    }
  }

  private static List<Draft> drafts(Topics topics) {
    String curate = topics.id("curate") + "-";
    String mix = topics.id("mix") + "-";
    return List.of(
        new Draft(topics.pairs().name(), "the pair as it was produced", null),
        new Draft(curate + "curate-by-prompt-repartition", "the pair inside curate", READ),
        new Draft(curate + "curate-asked-changelog", "the pair that waits for its target", WAITS),
        new Draft(curate + "curate-parked-changelog", "the same, not asked for yet", WAITS),
        new Draft(topics.generationRequests().name(), "what the model was asked", null),
        new Draft(topics.generationResults().name(), "what it answered", null),
        new Draft(topics.ledger().name(), "candidates and probes", null),
        new Draft(mix + "mix-pool-changelog", "candidates that waited", COMPACTED),
        new Draft(mix + "mix-reservoirs-changelog", "examples to be replayed", COMPACTED),
        new Draft(mix + "mix-probes-changelog", "probes that waited", COMPACTED),
        new Draft(topics.windows().name(), "examples and probes", null),
        new Draft(topics.deadLetters().name(), "inputs that could not be used", null));
  }
}
