package dev.alluvium.cli.command;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.config.LoadedSettings;
import dev.alluvium.cli.config.SettingsLoader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Options every command has, and the two places it writes to: people's and programs'. */
public final class CommonOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings file (YAML); see `alluvium config print`.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting, over file and environment. May be repeated.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Broker to begin with: kafka.bootstrap.servers, over --set.")
  private @Nullable String bootstrap;

  @Option(names = "--json", description = "Print exactly one JSON object on stdout.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show stack traces and debug lines.")
  private boolean verbose;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** Settings from all layers; warnings go to people. */
  public AlluviumSettings settings() {
    return loaded().settings();
  }

  /** Settings with where each value comes from; warnings go to people. */
  public LoadedSettings loaded() {
    LoadedSettings loaded =
        new SettingsLoader(System.getenv()).load(Optional.ofNullable(config), set());
    loaded.warnings().forEach(warning -> say("warning: " + warning));
    return loaded;
  }

  /** One setting as it is written, before all of them are checked; empty where there is none. */
  public String peek(String key) {
    return new SettingsLoader(System.getenv()).peek(Optional.ofNullable(config), set, key);
  }

  /** Name of the command, such as {@code train} or {@code models list}. */
  public String name() {
    String all = requireNonNull(command).qualifiedName(" ");
    return all.substring(all.indexOf(' ') + 1);
  }

  /** The common options of the command that is to run, if it has them. */
  public static Optional<CommonOptions> of(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    return last.commandSpec().mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(CommonOptions.class::isInstance)
        .map(CommonOptions.class::cast)
        .findFirst();
  }

  /** Settings file given on the command line. */
  public Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  /** Settings given on the command line. */
  public Map<String, String> set() {
    Map<String, String> all = new LinkedHashMap<>(set);
    if (bootstrap != null) {
      all.put("kafka.bootstrap.servers", bootstrap);
    }
    return all;
  }

  /** True when a program reads the result. */
  public boolean json() {
    return json;
  }

  /** True when people want to see more. */
  public boolean verbose() {
    return verbose;
  }

  /** Writes the one JSON object of a run with {@code --json}. */
  public void print(JsonNode result) {
    out().println(result);
    out().flush();
  }

  /** Writes a line for people. */
  public void say(String line) {
    err().println(line);
    err().flush();
  }

  /** Where programs read: stdout. */
  public PrintWriter out() {
    return requireNonNull(command).commandLine().getOut();
  }

  /** Where people read: stderr. */
  public PrintWriter err() {
    return requireNonNull(command).commandLine().getErr();
  }
}
