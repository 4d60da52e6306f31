package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.ProbeComparison;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code alluvium models}: the weights that went through the gate. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description =
        "Show, compare, search, serve, leave and export the versions that went through the gate.",
    subcommands = {
      ModelsCommand.ListModels.class,
      ShowModelCommand.class,
      DiffModelsCommand.class,
      BisectModelsCommand.class,
      ModelsCommand.Serve.class,
      ModelsCommand.Rollback.class,
      ExportModelCommand.class
    })
public final class ModelsCommand {

  /** Shows every version. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List versions, the one that answers, and the one training goes on from.")
  static final class ListModels implements Callable<Integer> {
    /** Characters of a reason that have room in the table. */
    private static final int REASON_WIDTH = 60;

    @Mixin private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
      Cluster cluster = Cluster.of(common.settings());
      Connection.check(cluster.kafka());
      Versions versions = Versions.read(cluster);
      if (common.json()) {
        common.print(json(versions));
      } else {
        show(versions);
      }
      return ExitCodes.DONE;
    }

    private void show(Versions versions) {
      Table table =
          new Table(
              "VERSION", "PARENT", "METHOD", "STATUS", "WINDOWS", "PERPLEXITY OF PROBES", "REASON");
      for (ModelVersion version : versions.all()) {
        table.row(
            version.getVersion(),
            version.getParent() == null ? "-" : version.getParent(),
            version.getMethod(),
            version.getStatus(),
            "%d-%d".formatted(version.getFirstWindow(), version.getLastWindow()),
            probes(version),
            reason(version.getReason()));
      }
      table.print(common.err());
      common.say("serving: " + versions.serving().orElse("none"));
      common.say("training goes on from: " + versions.training().orElse("the base model"));
    }

    /** As much as a column has room for; `models show` and {@code --json} have all of it. */
    static String reason(String whole) {
      return whole.length() <= REASON_WIDTH
          ? whole
          : whole.substring(0, REASON_WIDTH - 3).strip() + "...";
    }

    private static String probes(ModelVersion version) {
      return new TreeMap<>(version.getProbes())
          .entrySet().stream()
              .map(
                  skill ->
                      String.format(
                          Locale.ROOT,
                          "%s %.2f -> %.2f (%d%s)",
                          skill.getKey(),
                          skill.getValue().getBefore().getPerplexity(),
                          skill.getValue().getAfter().getPerplexity(),
                          skill.getValue().getAfter().getN(),
                          right(skill.getValue())))
              .collect(Collectors.joining(", "));
    }

    /** Nothing where no answers were written. */
    private static String right(ProbeComparison probes) {
      return probes.getAfter().getJudged() == 0
          ? ""
          : String.format(
              Locale.ROOT,
              "; right %.1f %% -> %.1f %% of %d",
              100 * probes.getBefore().getJudgedAccuracy(),
              100 * probes.getAfter().getJudgedAccuracy(),
              probes.getAfter().getJudged());
    }

    private static ObjectNode json(Versions versions) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      ArrayNode list = result.putArray("versions");
      for (ModelVersion version : versions.all()) {
        list.add(Versions.json(version));
      }
      result.put("serving", versions.serving().orElse(null));
      result.put("training", versions.training().orElse(null));
      return result;
    }
  }

  /** Chooses the version that answers. */
  @Command(
      name = "serve",
      mixinStandardHelpOptions = true,
      description = {
        "Let a version answer, until the gate promotes the next one. Training goes on as it is.",
        "Exit 1 when the trainer refuses."
      })
  static final class Serve implements Callable<Integer> {
    @Mixin private ModelOrder order = new ModelOrder();

    @Parameters(paramLabel = "VERSION", description = "A version that was not rolled back.")
    private String version = "";

    @Override
    public Integer call() {
      String name = order.version(version);
      return order.give(CommandKind.SERVE, name, name + " answers from now on");
    }
  }

  /** Returns training to an older state. */
  @Command(
      name = "rollback",
      mixinStandardHelpOptions = true,
      description = {
        "Return training to a promoted version: its weights, its optimizer's memory, its place.",
        "All windows trained since are put into quarantine, and the mixer takes back what came of",
        "them. Where the full state is kept no more (train.keep.promoted), training restarts from the",
        "weights with fresh optimizer moments and warm-up, and says so. Exit 1 when the trainer",
        "refuses, such as when the version's files are gone too."
      })
  static final class Rollback implements Callable<Integer> {
    private static final String BASE = "base";

    @Mixin private ModelOrder order = new ModelOrder();

    @Parameters(
        paramLabel = "VERSION",
        description = "A version that the gate promoted and that was not left behind, or base.")
    private String version = "";

    @Override
    public Integer call() {
      String name = version.equals(BASE) ? BASE : order.version(version);
      return order.give(
          CommandKind.ROLLBACK,
          name,
          "training goes on from %s; what came after it is in quarantine".formatted(name));
    }
  }
}
