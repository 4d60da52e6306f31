package dev.alluvium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Help, exit codes and the line between stdout and stderr. */
class CliTest {
  /** A port nobody listens on: 1 is reserved. */
  private static final String NO_BROKER = "kafka.bootstrap.servers=localhost:1";

  static List<String> commands() {
    return List.copyOf(Alluvium.commandLine().getSubcommands().keySet());
  }

  @Test
  void helpListsEveryCommand() {
    Cli.Result help = Cli.run("--help");

    assertThat(help.exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(help.out()).contains(commands());
    assertThat(help.err()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandExplainsItselfAndEachOfItsOptions(String command) {
    Cli.Result help = Cli.run(command, "--help");

    assertThat(help.exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(help.out()).startsWith("Usage: alluvium " + command);
    CommandLine line = Alluvium.commandLine().getSubcommands().get(command);
    assertThat(line.getCommandSpec().usageMessage().description()).isNotEmpty();
    assertThat(line.getCommandSpec().options())
        .filteredOn(option -> !option.hidden())
        .allSatisfy(option -> assertThat(option.description()).isNotEmpty());
  }

  @Test
  void listsOfCommandsHaveWholeSentences() {
    allCommands(Alluvium.commandLine())
        .forEach(
            line ->
                assertThat(line.getCommandSpec().usageMessage().description()[0])
                    .as(line.getCommandSpec().qualifiedName())
                    .endsWith("."));
  }

  private static Stream<CommandLine> allCommands(CommandLine line) {
    return Stream.concat(
        Stream.of(line), line.getSubcommands().values().stream().flatMap(CliTest::allCommands));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nope",
        "produce",
        "topics create --nope",
        "broker --port x",
        "broker --port 70000",
        "produce x --rate fast",
        "produce x --limit 0",
        "produce x --skill Math",
        "produce x --skill =",
        "produce x --skill abcdefghijklmnopqrstuvwxyz-123456",
        "dead-letters list --limit -1",
        "lineage",
        "erase",
        "erase nobody",
        "drift --last 0",
        "drift --last 1001",
        "demo --records 0",
        "config print --set train.lora.rank=0",
        "config print --set nope=1",
        "train --with-generation --set train.method=full",
        "complete hi --model nowhere --max-tokens 0",
        "complete hi --model nowhere --temperature NaN",
        "complete hi --model nowhere --top-p 0",
        "complete hi --model nowhere --raw --context x",
        "logits --model ../models/tiny --ids 1 --chat-template builtin",
        "train --from latest",
        "train --accept-loss",
        "train --from earliest --accept-loss",
      })
  void whatCannotBeUnderstoodIsUsage(String line) {
    Cli.Result result = Cli.run(line.isEmpty() ? new String[0] : line.split(" "));

    assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isNotBlank().doesNotContain("\tat ");
  }

  @Test
  void aMissingFileIsAFailureInOneLine() {
    Cli.Result result = Cli.run("produce", "/no/such/file.jsonl");

    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.err().lines())
        .containsExactly("alluvium: /no/such/file.jsonl: no such file, or not readable");
  }

  @Test
  void verboseShowsTheStackTrace() {
    assertThat(Cli.run("produce", "/no/such/file.jsonl", "--verbose").err()).contains("\tat ");
  }

  @Test
  void printedSettingsAreOneJsonObjectWithMaskedSecrets() {
    Cli.Result result =
        Cli.run("config", "print", "--json", "--set", "kafka.sasl.jaas.config=hush");

    assertThat(result.exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(result.json().get("kafka.sasl.jaas.config").asText()).isEqualTo("***");
    assertThat(result.json().get("train.lora.rank").asText()).isEqualTo("16");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void lintListsEveryFault(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("alluvium.yaml");
    Files.writeString(file, "mix:\n  windowExamples: 0\n  tik: 1s\ncurate:\n  holdOut: 2\n");

    Cli.Result result = Cli.run("config", "lint", "--json", file.toString());

    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.json().get("ok").asBoolean()).isFalse();
    assertThat(result.json().get("problems"))
        .extracting(problem -> problem.asText())
        .hasSize(3)
        .anyMatch(p -> p.contains("unknown key mix.tik: did you mean mix.tick?"))
        .anyMatch(p -> p.contains("curate.holdOut is 2"))
        .anyMatch(p -> p.contains("mix.windowExamples is 0"));
  }

  @Test
  void lintNamesKafkasKeysThatTheGuaranteesStandOn(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("alluvium.yaml");
    Files.writeString(
        file,
        "kafka:\n  isolation.level: read_uncommitted\n  producer.transactional.id: mine\n  linger.ms: 5\nseed: 1\n");

    Cli.Result result = Cli.run("config", "lint", "--json", file.toString());

    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.json().get("problems"))
        .extracting(problem -> problem.asText())
        .hasSize(3)
        .anyMatch(p -> p.startsWith(file + ": kafka.isolation.level cannot be set: "))
        .anyMatch(p -> p.startsWith(file + ": kafka.producer.transactional.id cannot be set: "))
        .anyMatch(p -> p.contains("unknown key seed"));
  }

  @Test
  void lintPassesAFileWithoutFaults(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("alluvium.yaml");
    Files.writeString(file, "mix:\n  weights:\n    math: 3\ntrain:\n  heartbeat: 5s\n");

    assertThat(Cli.run("config", "lint", file.toString()).exitCode()).isEqualTo(ExitCodes.DONE);
  }

  @Test
  void theDoctorSaysWhatToDoAboutAMissingBroker() {
    Cli.Result result = Cli.run("doctor", "--json", "--set", NO_BROKER);

    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.json().get("checks"))
        .filteredOn(check -> check.get("check").asText().equals("broker"))
        .singleElement()
        .satisfies(check -> assertThat(check.get("ok").asBoolean()).isFalse())
        .satisfies(check -> assertThat(check.get("advice").asText()).contains("alluvium broker"));
  }
}
