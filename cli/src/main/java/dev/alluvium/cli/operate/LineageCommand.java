package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.cluster.TopicReader;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.schemas.pair.PairDecoder;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.registry.Registries;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alluvium lineage}: what became of a pair. */
@Command(
    name = "lineage",
    mixinStandardHelpOptions = true,
    description = {
      "Show what became of a pair: where it arrived, its editions in the ledger, whose words are",
      "trained for it, the windows it was in, and the versions that learnt from it. Reads topics",
      "from their beginning. Exit 1 when nothing is known of it."
    })
public final class LineageCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "PAIR_ID",
      description = "The producer's id of the pair, or its content hash when it has none.")
  private String pair = "";

  @Option(names = "--text", description = "Show the pair's text too.")
  private boolean text;

  @Override
  public Integer call() {
    AlluviumSettings settings = common.settings();
    Cluster cluster = Cluster.of(settings);
    Connection.check(cluster.kafka());
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
    Lineage lineage = fold.lineage();
    if (lineage.isEmpty()) {
      throw new CommandFailure(
          "nothing is known of the pair %s: searched from %s on. What is older is no longer kept, and a pair that still waits for its target is in none of them"
              .formatted(pair, String.join(", ", searched)));
    }
    if (common.json()) {
      common.print(LineageJson.of(lineage, searched));
    } else {
      LineageText.print(lineage, searched, common);
    }
    return ExitCodes.DONE;
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
