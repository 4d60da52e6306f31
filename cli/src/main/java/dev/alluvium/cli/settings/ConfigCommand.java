package dev.alluvium.cli.settings;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.LoadedSettings;
import dev.alluvium.cli.config.SettingsException;
import dev.alluvium.cli.config.SettingsLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code alluvium config}: what is in force, and whether a file can be used. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Show or check settings.",
    subcommands = {ConfigCommand.Print.class, ConfigCommand.Lint.class})
public final class ConfigCommand {

  /** Shows every effective value and the layer it comes from. */
  @Command(
      name = "print",
      mixinStandardHelpOptions = true,
      description = "Print every setting in force and where it comes from. Secrets are masked.")
  static final class Print implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
      LoadedSettings loaded = common.loaded();
      if (common.json()) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        loaded.values().forEach((key, value) -> result.put(key, value.shown()));
        common.print(result);
      } else {
        for (Map.Entry<String, LoadedSettings.Value> entry : loaded.values().entrySet()) {
          LoadedSettings.Value value = entry.getValue();
          common
              .out()
              .println(
                  "%s: \"%s\"  # %s"
                      .formatted(entry.getKey(), escaped(value.shown()), value.source()));
        }
        common.out().flush();
      }
      return ExitCodes.DONE;
    }

    private static String escaped(String text) {
      return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
  }

  /** Checks a file, alone: neither environment nor command line can hide its faults. */
  @Command(
      name = "lint",
      mixinStandardHelpOptions = true,
      description = "Check a settings file; exit 1 and list what is wrong when it cannot be used.")
  static final class Lint implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE", description = "A settings file (YAML).")
    private Path file = Path.of("");

    @Override
    public Integer call() {
      List<String> problems = problems(file);
      if (common.json()) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("ok", problems.isEmpty());
        ArrayNode list = result.putArray("problems");
        problems.forEach(list::add);
        common.print(result);
      } else {
        problems.forEach(common::say);
        common.say(
            problems.isEmpty()
                ? file + " is fine"
                : "%s has %d problem(s)".formatted(file, problems.size()));
      }
      return problems.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private static List<String> problems(Path file) {
      try {
        new SettingsLoader(Map.of()).load(Optional.of(file), Map.of());
        return List.of();
      } catch (SettingsException e) {
        return e.problems();
      }
    }
  }
}
