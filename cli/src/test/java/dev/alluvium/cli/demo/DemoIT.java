package dev.alluvium.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole flow in processes of its own, with good pairs and bad ones. */
class DemoIT {
  private static final int GOOD = 60;

  @TempDir private Path directory;

  @Test
  void trainsWhatIsGoodAndAccountsForTheRest() throws Exception {
    Path data = Files.createDirectory(directory.resolve("data"));
    Files.writeString(data.resolve("good.jsonl"), good());
    Files.writeString(
        data.resolve("poor.jsonl"),
        """
        {"instruction": "How much is 3 plus 3?", "skill": "math", "response": "6"}
        {"instruction": "How much is 3 plus 3?", "skill": "math", "response": "6"}
        {"instruction": "Say nothing.", "response": " "}
        {"instruction": "Which skill?", "skill": "No Such Skill", "response": "x"}
        this is no JSON
        """);
    Files.writeString(data.resolve("swelling.jsonl"), largerOnceEncoded());
    Path run = directory.resolve("run");

    Cli.Result result =
        Cli.run(
            "demo",
            "--json",
            "--model",
            "../models/tiny",
            "--data",
            data.toString(),
            "--dir",
            run.toString(),
            "--set",
            "mix.windowExamples=16",
            "--set",
            "mix.minFill=1",
            "--set",
            "train.threads=1",
            "--set",
            "curate.holdOut=0.25",
            "--set",
            "train.learningRate=0.002",
            "--set",
            "train.passesPerWindow=1");

    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCodes.DONE);
    JsonNode json = result.json();
    JsonNode pairs = json.get("pairs");
    assertThat(pairs.get("produced").asLong()).isEqualTo(GOOD + 4);
    assertThat(sumOfOthers(pairs)).isEqualTo(GOOD + 4);
    assertThat(pairs.get("rejected").asLong()).isEqualTo(2);
    assertThat(pairs.get("duplicates").asLong()).isEqualTo(1);
    assertThat(pairs.get("trained").asLong() + pairs.get("held_out").asLong()).isEqualTo(GOOD + 1);
    assertThat(json.get("malformed").asLong()).isEqualTo(2);
    assertThat(result.err())
        .contains("watch it at http://localhost:")
        .contains("poor.jsonl:5: bad_json")
        .contains("swelling.jsonl:1: larger than 512 KiB when encoded, not sent");
    assertThat(json.get("dead_letters").toString())
        .isEqualTo("{\"bad_skill\":1,\"no_response\":1}");
    assertThat(json.get("windows").asLong())
        .isGreaterThanOrEqualTo(pairs.get("trained").asLong() / 16);
    assertThat(json.at("/origins/GOLD").asLong()).isEqualTo(pairs.get("trained").asLong());
    assertThat(json.get("tokens_trained").asLong()).isPositive();
    assertThat(json.at("/loss/first").asDouble()).isPositive();
    assertThat(json.at("/loss/last").asDouble()).isPositive();
    assertThat(json.get("probes")).isNotEmpty().allSatisfy(DemoIT::improves);
    assertThat(json.get("version").asText()).isEqualTo("v000001");
    assertThat(keys(json.get("seconds"))).containsExactly("broker_up", "first_window", "total");
    assertThat(keys(json.get("peak_rss_mb"))).containsExactly("broker", "streams", "train");
    Path adapter = Path.of(json.get("adapter").asText());
    assertThat(adapter).isEqualTo(run.resolve("adapter"));
    assertThat(adapter.resolve("adapter_config.json")).isNotEmptyFile();
    assertThat(adapter.resolve("adapter_model.safetensors")).isNotEmptyFile();
    assertThat(run.resolve("work")).doesNotExist();
    assertThat(ProcessHandle.current().descendants()).isEmpty();
  }

  private static String good() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < GOOD; i++) {
      String skill = i % 2 == 0 ? "math" : "general";
      lines.append(
          "{\"id\":\"g%d\",\"skill\":\"%s\",\"instruction\":\"Say the word %s.\",\"response\":\"The word is %s.\"}%n"
              .formatted(i, skill, word(i), word(i)));
    }
    return lines.toString();
  }

  /** Letters only: instructions that differ in numbers alone belong to one group. */
  private static String word(int i) {
    return "" + (char) ('a' + i % 26) + (char) ('a' + i / 26) + "o";
  }

  /** Seven bytes of an Alpaca history become two turns of seventeen bytes. */
  private static String largerOnceEncoded() {
    return "{\"instruction\":\"1\",\"input\":\"\",\"output\":\"x\",\"history\":[[\"\",\"\"]%s]}%n"
        .formatted(",[\"\",\"\"]".repeat(40_000));
  }

  /** The same texts before and after, where the losses are those of different windows. */
  private static void improves(JsonNode probe) {
    assertThat(probe.at("/after/perplexity").asDouble())
        .isPositive()
        .isLessThan(probe.at("/before/perplexity").asDouble());
  }

  private static long sumOfOthers(JsonNode pairs) {
    long sum = -pairs.get("produced").asLong();
    for (JsonNode count : pairs) {
      sum += count.asLong();
    }
    return sum;
  }

  private static Set<String> keys(JsonNode object) {
    Set<String> keys = new TreeSet<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
