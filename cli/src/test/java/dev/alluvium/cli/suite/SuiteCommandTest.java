package dev.alluvium.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.pair.PairJson;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.pretrain.PretrainSettings;
import dev.alluvium.trainer.pretrain.Pretraining;
import dev.alluvium.trainer.pretrain.Schedule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private Cli.Result suite(String name, long seed) {
    return Cli.run(
        "suite",
        "--output",
        directory.resolve(name).toString(),
        "--seed",
        Long.toString(seed),
        "--base",
        "300",
        "--stream",
        "40",
        "--held-out",
        "20",
        "--json");
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static List<String> lines(Path file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                file.toString().endsWith(".gz")
                    ? new GZIPInputStream(Files.newInputStream(file))
                    : Files.newInputStream(file),
                StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }

  @Test
  void aSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
    JsonNode report = suite("a", 5).json();
    suite("b", 5);
    suite("c", 6);
    assertThat(report.at("/files/base.jsonl.gz").asInt()).isEqualTo(300);
    List<Path> written = files(directory.resolve("a"));
    assertThat(written).hasSize(9).hasSameSizeAs(report.get("files"));
    for (Path file : written) {
      String name = file.getFileName().toString();
      assertThat(file).hasSameBinaryContentAs(directory.resolve("b").resolve(name));
      assertThat(Files.readAllBytes(file))
          .isNotEqualTo(Files.readAllBytes(directory.resolve("c").resolve(name)));
      assertThat(lines(file)).hasSize(report.get("files").get(name).asInt());
    }
  }

  @Test
  void everyRecordIsAPairWithAnIdOfItsOwnAndJudgesItsResponseRight() throws Exception {
    suite("a", 5);
    Set<String> ids = new HashSet<>();
    for (Path file : files(directory.resolve("a"))) {
      for (String line : lines(file)) {
        Pair pair = PairJson.read(PairJson.parse(line));
        assertThat(ids.add(pair.getId())).isTrue();
        assertThat(pair.getSource()).isEqualTo("suite");
        Entry entry = EntryJson.read(line);
        assertThat(entry.key().accepts(pair.getResponse())).isTrue();
        assertThat(entry.instruction()).isEqualTo(pair.getInstruction());
        assertThat(entry.skill()).isEqualTo(pair.getSkill());
        assertThat(EntryJson.write(pair.getId(), entry)).isEqualTo(line);
      }
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThat(Cli.run("suite").exitCode()).isEqualTo(ExitCodes.USAGE);
    Cli.Result many =
        Cli.run("suite", "--output", directory.toString(), "--base", "1", "--stream", "2000");
    assertThat(many.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(many.err()).contains("2000 pairs of").contains("are different");
    assertThat(Cli.run("suite", "--output", directory.toString(), "--base", "0").err())
        .contains("--base is 0");
  }

  /** A model that learns forty answers by heart must be seen to know them, and no others. */
  @Test
  void theCheckCountsWhatAModelKnows() throws IOException {
    suite("a", 5);
    Path stones = directory.resolve("a/stream-stone.jsonl");
    Path model = directory.resolve("model");
    Pretraining.run(
        new PretrainSettings(
            List.of(known(lines(stones))),
            model,
            DecoderSpec.llama(400, 64, 2, 2, 2, 32, 128, 1e-5, 10_000, 64, true),
            new Schedule(64, 1024, 1024, 1024 * 300, 5e-3, 0),
            true,
            10,
            7,
            Duration.ofMinutes(5),
            new Compute("cpu", Precision.FLOAT32, 1)),
        progress -> {});
    JsonNode accuracy = check(model, stones);
    assertThat(accuracy.findValues("accuracy")).hasSize(2).allMatch(a -> a.asDouble() > 0.95);
    assertThat(accuracy.at("/stone easy/n").asInt() + accuracy.at("/stone hard/n").asInt())
        .isEqualTo(40);
    JsonNode strange = check(model, directory.resolve("a/stream-subtract.jsonl"));
    assertThat(strange.findValues("accuracy")).hasSize(2).allMatch(a -> a.asDouble() < 0.3);

    Path broken = Files.writeString(directory.resolve("broken.jsonl"), "{\"id\": \"x\"}\n");
    Cli.Result result = Cli.run("suite", "check", "--model", model.toString(), broken.toString());
    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.err()).contains("broken.jsonl, line 1").contains("skill");
  }

  private static JsonNode check(Path model, Path file) {
    return Cli.run("suite", "check", "--model", model.toString(), file.toString(), "--json")
        .json()
        .get("accuracy");
  }

  /** The pairs under three ids each: one is trained even if others are held out. */
  private Path known(List<String> lines) throws IOException {
    StringBuilder copies = new StringBuilder();
    for (int copy = 0; copy < 3; copy++) {
      for (String line : lines) {
        ObjectNode pair = (ObjectNode) JSON.readTree(line);
        copies.append(pair.put("id", copy + " " + pair.get("id").asText())).append('\n');
      }
    }
    return Files.writeString(directory.resolve("known.jsonl"), copies.toString());
  }
}
