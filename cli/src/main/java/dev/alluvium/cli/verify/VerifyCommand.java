package dev.alluvium.cli.verify;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Progress;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.config.AlluviumSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code alluvium verify}: do the books, the windows and the files agree? */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Audit a namespace and change nothing: windows recomputed from the ledger, progress from",
      "windows, digests from files. Lists every difference; exit 1 when there is one."
    })
public final class VerifyCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    AlluviumSettings settings = common.settings();
    Cluster cluster = Cluster.of(settings);
    Connection.check(cluster.kafka());
    Verification found = audit(cluster, settings);
    if (common.json()) {
      common.print(found.json());
    } else {
      show(found);
    }
    return found.ok() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private Verification audit(Cluster cluster, AlluviumSettings settings) {
    String[] doing = {"verifying"};
    long[] steps = {0};
    try (Progress progress = new Progress(common.err(), "verify", 0, () -> doing[0])) {
      return new Audit(
              cluster.topics(),
              new TopicRecords(cluster.reader()),
              settings.train(),
              step -> {
                doing[0] = step;
                progress.reached(++steps[0]);
              })
          .run();
    }
  }

  private void show(Verification found) {
    if (!found.ok()) {
      Table table = new Table("WHAT", "WHERE", "EXPECTED", "FOUND", "");
      for (Difference difference : found.differences()) {
        table.row(
            difference.kind().code(),
            difference.where(),
            difference.expected(),
            difference.found(),
            difference.kind().meaning());
      }
      table.print(common.err());
    }
    found.notes().forEach(common::say);
    common.say(found.summary());
  }
}
