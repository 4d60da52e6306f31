package dev.alluvium.cli.drift;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium drift}: planned, arrived and trained mix of the last windows, and alarms. */
@Command(
    name = "drift",
    mixinStandardHelpOptions = true,
    description = {
      "Show how far the flow has drifted: the planned, arrived and trained mix of the last windows, how",
      "different what arrives is from the reference, and alarms in words. `alluvium streams` watches."
    })
public final class DriftCommand implements Callable<Integer> {
  /** As many as the watch remembers; more would not be read by anybody. */
  private static final int MAX_LAST = 1_000;

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "20",
      description = "Show at most so many windows, the last ones. Default: ${DEFAULT-VALUE}.")
  private int last;

  @Override
  public Integer call() {
    if (last < 1 || last > MAX_LAST) {
      throw CommandFailure.usage("--last is %d: expected 1 to %d".formatted(last, MAX_LAST));
    }
    Cluster cluster = Cluster.of(common.settings());
    Connection.check(cluster.kafka());
    DriftHistory history = DriftHistory.read(cluster, last);
    if (common.json()) {
      common.print(DriftJson.of(history));
    } else {
      DriftText.print(history, common);
    }
    return ExitCodes.DONE;
  }
}
