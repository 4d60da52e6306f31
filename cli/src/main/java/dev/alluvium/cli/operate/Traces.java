package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Keeping;
import dev.alluvium.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The topics that may have a pair's words in them, and when these are gone from each. */
final class Traces {
  private Traces() {}

  /**
   * A topic.
   *
   * @param holds what of a pair it may hold
   * @param purged whether the newest value under the key is deleted by now, so that compaction
   *     removes the older ones
   */
  record Trace(String topic, String holds, boolean purged, Keeping keeping) {
    /** When the words are gone at the latest; nothing when no date can be told. */
    Optional<Instant> goneBy(Instant now) {
      return keeping.goneBy(now);
    }

    /** The same for a person. */
    String when(Instant now) {
      return goneBy(now)
          .map("%s at the latest"::formatted)
          .orElseGet(
              () -> {
                if (!keeping.compacts()) {
                  return "no date: retention.ms is -1";
                }
                return purged
                    ? "when the broker compacts it"
                    : "when the pair has left there and the broker compacts it";
              });
    }
  }

  /** What a cluster has of them, in the order of the flow. */
  static List<Trace> of(Cluster cluster) {
    Map<String, String> holds = holds(cluster.topics());
    Map<String, Keeping> keepings = Keeping.of(cluster.kafka(), holds.keySet());
    List<Trace> traces = new ArrayList<>();
    holds.forEach(
        (topic, what) -> {
          Keeping keeping = keepings.get(topic);
          if (keeping != null) {
            traces.add(
                new Trace(topic, what, topic.startsWith(cluster.topics().id("mix")), keeping));
          }
        });
    return traces;
  }

  private static Map<String, String> holds(Topics topics) {
    Map<String, String> holds = new LinkedHashMap<>();
    holds.put(topics.pairs().name(), "the pair as it was produced");
    String curate = topics.id("curate") + "-";
    holds.put(curate + "curate-by-prompt-repartition", "the pair on its way through curate");
    holds.put(curate + "curate-asked-changelog", "the pair while it waits for its target");
    holds.put(curate + "curate-parked-changelog", "the same, before the model is asked");
    holds.put(topics.generationRequests().name(), "what the model was asked");
    holds.put(topics.generationResults().name(), "what it answered");
    holds.put(topics.ledger().name(), "candidates and probes");
    String mix = topics.id("mix") + "-";
    holds.put(mix + "mix-pool-changelog", "candidates that waited");
    holds.put(mix + "mix-reservoirs-changelog", "trained examples to be replayed");
    holds.put(mix + "mix-probes-changelog", "probes that waited");
    holds.put(topics.windows().name(), "examples and probes");
    holds.put(topics.deadLetters().name(), "inputs that could not be used");
    return holds;
  }
}
