package dev.alluvium.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole experiment, very small, on the suite's own model. */
class ForgettingCommandTest {
  @TempDir private Path directory;

  @Test
  void armsDifferAndRunsThatAreDoneStay() throws IOException {
    Cli.Result first = run("--arms", "naive,replay,s3ft", "--jobs", "1");
    assertThat(first.exitCode()).as(first.err()).isZero();
    JsonNode arms = first.json().get("arms");
    assertThat(arms.fieldNames()).toIterable().containsExactly("naive", "replay", "s3ft");
    assertThat(arms.get("naive").get("new_skill_accuracy").asDouble()).isBetween(0.0, 1.0);
    assertThat(arms.get("naive").get("seeds").asInt()).isEqualTo(1);
    List<String> lines = Files.readAllLines(directory.resolve("runs.jsonl"));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).contains("\"GOLD\":10").doesNotContain("MODEL");
    assertThat(lines.get(2)).contains("\"MODEL\":");

    Cli.Result again = run("--arms", "s3ft,naive");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.json().get("arms").get("naive")).isEqualTo(arms.get("naive"));
    assertThat(Files.readAllLines(directory.resolve("runs.jsonl"))).isEqualTo(lines);
  }

  @Test
  void theSameSeedGivesTheSameRunsHoweverManyAtATime() throws IOException {
    Path file = directory.resolve("runs.jsonl");
    run("--arms", "naive,replay", "--jobs", "1");
    List<String> first = withoutSeconds(file);
    Files.delete(file);
    run("--arms", "naive,replay", "--jobs", "2");
    assertThat(withoutSeconds(file)).hasSize(2).containsExactlyInAnyOrderElementsOf(first);
  }

  @Test
  void anArmThatIsNotThereIsRefused() {
    Cli.Result result = run("--arms", "naiv");
    assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(result.err()).contains("--arms names naiv").contains("naive, replay");
  }

  @Test
  void anotherSettingIsAnotherRunWhereverItIsSet() throws IOException {
    Path config = directory.resolve("a.yaml");
    Path file = directory.resolve("runs.jsonl");
    run("--arms", "naive");
    run("--arms", "naive", "--set", "train.lora.rank=8");
    assertThat(Files.readAllLines(file)).hasSize(2);
    Path rank = Files.writeString(config, "train:\n  lora:\n    rank: 8\n");
    run("--arms", "naive", "--config", rank.toString());
    assertThat(Files.readAllLines(file)).as("the same, from a file").hasSize(2);
    Path alpha = Files.writeString(config, "train:\n  lora:\n    alpha: 8\n");
    run("--arms", "naive", "--config", alpha.toString());
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  @Test
  void aRunThatFailsIsTold() {
    Cli.Result result = run("--arms", "naive,replay", "--pairs", "2000", "--jobs", "2");
    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.err()).contains("2000 pairs of", "ask for fewer");
  }

  @Test
  void nothingToMeasureIsRefused() {
    Cli.Result result = Cli.run("experiment", "forgetting", "--problems", "0");
    assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(result.err()).contains("--problems is 0: expected 1 or more");
    assertThat(Cli.run("experiment", "forgetting", "--jobs", "0").exitCode())
        .isEqualTo(ExitCodes.USAGE);
  }

  private static List<String> withoutSeconds(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.replaceAll("\"seconds\":[0-9.]+", ""))
        .toList();
  }

  private Cli.Result run(String... options) {
    List<String> line = new ArrayList<>(List.of("experiment", "forgetting", "--json"));
    line.addAll(List.of("--output", directory.toString(), "--seeds", "7"));
    if (!List.of(options).contains("--pairs")) {
      line.addAll(List.of("--pairs", "10"));
    }
    line.addAll(List.of("--problems", "2", "--set", "train.model=../models/suite"));
    line.addAll(List.of("--set", "train.passesPerWindow=1"));
    line.addAll(List.of("--set", "s3ft.prompts=../models/suite/prompts"));
    line.addAll(List.of(options));
    return Cli.run(line.toArray(String[]::new));
  }
}
