package dev.alluvium.cli.operate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.schemas.avro.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alluvium erase}: lets go of a pair, and tells where it still is. */
@Command(
    name = "erase",
    mixinStandardHelpOptions = true,
    description = {
      "Erase a pair: it leaves pools, reservoirs, probe sets and windows that are not trained yet.",
      "Then list the versions that learnt from it, which keep what they learnt, and when its words",
      "are gone from each topic. What is produced again afterwards is not meant. Exit 1 when",
      "nothing is known of it, or nobody answers."
    })
public final class EraseCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "PAIR_ID",
      description = "The producer's id of the pair, or its content hash when it has none.")
  private String pair = "";

  @Option(names = "--yes", description = "Do not show what is known and ask before.")
  private boolean yes;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait for the answer. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Override
  public Integer call() {
    if (!yes && System.console() == null) {
      throw CommandFailure.usage(
          "there is no terminal to ask at: give --yes to erase %s without a question"
              .formatted(pair));
    }
    AlluviumSettings settings = common.settings();
    Cluster cluster = Cluster.of(settings);
    Connection.check(cluster.kafka());
    if (!yes && !confirmed(settings, cluster)) {
      common.say("nothing is erased");
      return ExitCodes.FAILED;
    }
    Answer answer = EraseOrder.give(cluster, pair, Duration.ofSeconds(seconds));
    // Read after the answer: windows may have been written, or trained, while people made up
    // their minds.
    LineageSearch found = LineageSearch.of(settings, cluster, pair, false);
    boolean nothingLeft = answer.getCounts().values().stream().allMatch(n -> n == 0);
    if (found.lineage().isEmpty() && nothingLeft) {
      throw new CommandFailure(found.nothing());
    }
    Erased erased = new Erased(found, answer, Traces.of(cluster), Instant.now());
    if (common.json()) {
      common.print(erased.json());
    } else {
      erased.print(common);
    }
    return answer.getAccepted() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private boolean confirmed(AlluviumSettings settings, Cluster cluster) {
    LineageSearch known = LineageSearch.of(settings, cluster, pair, false);
    if (known.lineage().isEmpty()) {
      common.say(known.nothing() + ". Reservoirs may keep it longer than topics");
    } else {
      LineageText.print(known.lineage(), known.searched(), common);
    }
    common.say("erase %s? Versions keep what they learnt from it. [y/N]".formatted(pair));
    try {
      String line = new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
      return line != null && line.strip().equalsIgnoreCase("y");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the answer", e);
    }
  }
}
