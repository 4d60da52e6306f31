package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.TopicReader;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.schemas.pair.PairDecoder;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.registry.Registries;
import java.util.ArrayList;
import java.util.List;

/**
 * A pair looked for in the topics, from their beginning.
 *
 * @param lineage what they know of it
 * @param searched where each of them began
 */
record LineageSearch(Lineage lineage, List<String> searched) {

  /**
   * Looks for a pair.
   *
   * @param text whether its text is wanted
   */
  static LineageSearch of(AlluviumSettings settings, Cluster cluster, String pair, boolean text) {
    PairDecoder decoder =
        new PairDecoder(cluster.schemas(), Registries.open(settings.curate().registry()));
    TopicReader reader = cluster.reader();
    Topics topics = cluster.topics();
    List<String> searched = beginnings(reader, topics);
    LineageFold fold =
        new LineageFold(pair, Versions.read(cluster), new LetterOwner(decoder), text);
    reader.read(topics.windows(), record -> fold.window(record.offset(), record.value()));
    reader.read(topics.ledger(), record -> fold.ledger(record.offset(), record.value()));
    reader.read(topics.deadLetters(), record -> fold.deadLetter(record.offset(), record.value()));
    return new LineageSearch(fold.lineage(), searched);
  }

  /** For a person: why nothing is known. */
  String nothing() {
    return "nothing is known of the pair %s: searched from %s on. What is older is no longer kept, and a pair that still waits for its target is in none of them"
        .formatted(lineage.pair(), String.join(", ", searched));
  }

  private static List<String> beginnings(TopicReader reader, Topics topics) {
    List<String> places = new ArrayList<>();
    for (Topic<?, ?> topic : List.of(topics.ledger(), topics.windows(), topics.deadLetters())) {
      reader
          .beginnings(topic)
          .forEach((partition, offset) -> places.add(Place.of(topic.name(), partition, offset)));
    }
    return places;
  }
}
