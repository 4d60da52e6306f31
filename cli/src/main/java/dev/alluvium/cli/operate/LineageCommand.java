package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
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
    LineageSearch found = LineageSearch.of(settings, cluster, pair, text);
    Lineage lineage = found.lineage();
    if (lineage.isEmpty()) {
      throw new CommandFailure(found.nothing());
    }
    if (common.json()) {
      common.print(LineageJson.of(lineage, found.searched()));
    } else {
      LineageText.print(lineage, found.searched(), common);
    }
    return ExitCodes.DONE;
  }
}
