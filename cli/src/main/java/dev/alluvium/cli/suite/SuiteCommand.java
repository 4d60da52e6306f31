package dev.alluvium.cli.suite;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium suite}: writes the files of the skill suite. */
@Command(
    name = "suite",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    subcommands = SuiteCheckCommand.class,
    description = {
      "Write the skill suite: texts for a base model, streams of three new skills, and held-out",
      "problems of nine, all of which are judged exactly. See docs/skill-suite.md."
    })
public final class SuiteCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--output", paramLabel = "DIR", description = "Where to write the files.")
  private @Nullable Path output;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Decides which problems are drawn. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--base",
      defaultValue = "900000",
      description = "Examples for the base model. Default: ${DEFAULT-VALUE}.")
  private int base;

  @Option(
      names = "--stream",
      defaultValue = "1000",
      description = "Pairs of each streamed skill. Default: ${DEFAULT-VALUE}.")
  private int stream;

  @Option(
      names = "--held-out",
      defaultValue = "500",
      description =
          "Problems per skill for validation, and as probes; fewer where a skill has no more. Default: ${DEFAULT-VALUE}.")
  private int heldOut;

  @Override
  public Integer call() {
    if (output == null) {
      throw CommandFailure.usage("--output is missing: expected a directory for the files");
    }
    Map<String, Long> lines;
    try {
      lines = new SuiteFiles(output, seed, base, stream, heldOut).write();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
    if (common.json()) {
      ObjectNode result = JsonMapper.builder().build().createObjectNode();
      ObjectNode files = result.put("seed", seed).putObject("files");
      lines.forEach(files::put);
      common.print(result);
    } else {
      Table table = new Table("file", "records");
      lines.forEach(table::row);
      table.print(common.out());
    }
    return ExitCodes.DONE;
  }
}
