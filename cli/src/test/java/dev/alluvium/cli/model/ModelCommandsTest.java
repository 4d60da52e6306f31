package dev.alluvium.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SmallModel;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that ask one model, and the one that exports it. */
class ModelCommandsTest {
  @TempDir private static Path root;
  private static String model;
  private static String adapter;

  @BeforeAll
  static void makeAModelAndAnAdapterThatChangesIt() throws IOException {
    Path directory = SmallModel.create(root.resolve("model"));
    model = directory.toString();
    adapter = root.resolve("adapter").toString();
    try (TorchRuntime runtime = TorchRuntime.open(Compute.cpu());
        Decoder decoder = Decoder.load(directory, runtime);
        LoraAdapter lora = LoraAdapter.fresh(decoder, LoraSettings.allProjections(2, 4), 1)) {
      for (Parameter parameter : lora.parameters().list()) {
        float[] values = new float[(int) parameter.value().size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) Math.sin(i) / 4;
        }
        decoder.kernels().assign(parameter.value(), values);
      }
      lora.save(Path.of(adapter), model);
    }
  }

  @Test
  void logitsOfATextAreThoseOfItsIds() {
    JsonNode ofText = Cli.run("logits", "--model", model, "--text", "Add 1.", "--json").json();
    List<String> ids = new ArrayList<>();
    ofText.get("tokens").forEach(id -> ids.add(id.asText()));
    JsonNode ofIds =
        Cli.run("logits", "--model", model, "--ids", String.join(",", ids), "--json").json();
    assertThat(ofIds).isEqualTo(ofText);
    assertThat(ofText.get("logits")).hasSize(ids.size());
    assertThat(ofText.get("logits").get(0)).hasSize(320);
    JsonNode adapted =
        Cli.run("logits", "--model", model, "--adapter", adapter, "--text", "Add 1.", "--json")
            .json();
    assertThat(adapted).isNotEqualTo(ofText);
  }

  @Test
  void logitsOfIdsNeedNoTokenizer(@TempDir Path bare) throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(Path.of(model, file), bare.resolve(file));
    }
    String with = Cli.run("logits", "--model", model, "--ids", "5,6").out();
    String without = Cli.run("logits", "--model", bare.toString(), "--ids", "5,6").out();
    assertThat(without.replaceAll(" +", " ")).isEqualTo(withoutTexts(with));
    Cli.Result text = Cli.run("logits", "--model", bare.toString(), "--text", "x");
    assertThat(text.exitCode()).isNotEqualTo(ExitCodes.DONE);
    assertThat(text.err()).contains("has no tokenizer.json");
  }

  /** A table without the quoted texts of its tokens. */
  private static String withoutTexts(String table) {
    return table.replaceAll("'[^']*'", "").replaceAll(" +", " ");
  }

  @Test
  void completeGivesTextIdsAndProbabilities() {
    String[] ask = {"complete", "--model", model, "--raw", "Add 3", "--max-tokens", "9", "--json"};
    JsonNode greedy = Cli.run(ask).json();
    assertThat(greedy.get("ids")).hasSizeLessThanOrEqualTo(9).isNotEmpty();
    assertThat(greedy.get("logprobs")).hasSameSizeAs(greedy.get("ids"));
    assertThat(greedy.get("finish").asText()).isIn("stop", "length");
    assertThat(Cli.run(ask).json()).isEqualTo(greedy);

    String[] narrow = Arrays.copyOf(ask, ask.length + 4);
    System.arraycopy(new String[] {"--temperature", "9", "--top-k", "1"}, 0, narrow, ask.length, 4);
    assertThat(Cli.run(narrow).json().get("ids")).isEqualTo(greedy.get("ids"));

    String[] wide = Arrays.copyOf(ask, ask.length + 4);
    System.arraycopy(new String[] {"--temperature", "9", "--seed", "3"}, 0, wide, ask.length, 4);
    assertThat(Cli.run(wide).json().get("ids")).isNotEqualTo(greedy.get("ids"));
  }

  @Test
  void aStopTextEndsTheAnswerAndIsCutOff() {
    String[] ask = {"complete", "--model", model, "--raw", "Add 3", "--max-tokens", "20", "--json"};
    String text = Cli.run(ask).json().get("text").asText();
    String stop = text.substring(3, 5);
    String[] stopped = Arrays.copyOf(ask, ask.length + 2);
    System.arraycopy(new String[] {"--stop", stop}, 0, stopped, ask.length, 2);
    JsonNode cut = Cli.run(stopped).json();
    assertThat(cut.get("finish").asText()).isEqualTo("stop");
    assertThat(cut.get("text").asText()).isEqualTo(text.substring(0, text.indexOf(stop)));
  }

  @Test
  void theExportedModelAnswersLikeTheAdapterOnItsBase() {
    String output = root.resolve("merged").toString();
    Cli.Result export =
        Cli.run("models", "export", "--adapter", adapter, "--merged", "--output", output, "--json");
    assertThat(export.exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(export.json().get("model").asText()).isEqualTo(model);
    assertThat(Files.exists(Path.of(output, "tokenizer.json"))).isTrue();
    JsonNode adapted =
        Cli.run("logits", "--model", model, "--adapter", adapter, "--ids", "5,6,7", "--json")
            .json();
    JsonNode merged = Cli.run("logits", "--model", output, "--ids", "5,6,7", "--json").json();
    for (int v = 0; v < 320; v++) {
      // the base is stored in bfloat16, and so is what is merged into it
      assertThat(merged.get("logits").get(2).get(v).asDouble())
          .isCloseTo(adapted.get("logits").get(2).get(v).asDouble(), within(0.05));
    }
    assertThat(
            Cli.run("models", "export", "--adapter", adapter, "--merged", "--output", output).err())
        .contains("is there already");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "logits --model nowhere --text x | --model nowhere: no such directory",
        "logits --model MODEL --ids 999 | token id 999 at position 0",
        "complete --model MODEL x --top-p 2 | top p is 2.0",
        "bench train --warm-ups -1 | --warm-ups is -1: expected 0 or more",
        "complete --model MODEL x --device tpu | device is tpu: expected cpu, cuda or cuda:N",
        "models export v000001 --adapter x --merged --output y | expected one of them"
      })
  void saysWhatIsWrong(String arguments, String message) {
    Cli.Result result = Cli.run(arguments.replace("MODEL", model).split(" "));
    assertThat(result.exitCode()).isNotEqualTo(ExitCodes.DONE);
    assertThat(result.err()).contains(message);
  }

  /** Numbers are those of one short run: only that they fit together is checked. */
  @ParameterizedTest
  @CsvSource({
    "train, --warm-ups 1 --steps 1 --batch 2 --sequence 8",
    "generate, --warm-ups 1 --runs 1 --batch 2 --tokens 4"
  })
  void benchReportsARatioToWhatTheMachineCanDo(String what, String size) {
    String shape =
        " --width 32 --layers 2 --heads 2 --kv-heads 1 --head-size 16 --mlp 48 --vocab 64 --json";
    JsonNode json = Cli.run(("bench " + what + " " + size + shape).split(" ")).json();
    assertThat(json.get("ratio").asDouble()).isPositive();
    assertThat(json.at("/spec/matrixWeights").asLong())
        .isEqualTo(2 * (32 * 96 + 3 * 32 * 48) + 64 * 32);
    if (what.equals("train")) {
      assertThat(json.get("step_seconds")).hasSize(1);
      double seconds = json.get("step_seconds").get(0).asDouble();
      assertThat(json.get("tokens_per_second").asDouble()).isCloseTo(16 / seconds, within(1e-6));
    } else {
      assertThat(json.get("single_tokens_per_second").asDouble()).isPositive();
    }
  }

  /** The tiny model has 512 positions: a longer limit must not let a longer text through. */
  @Test
  void aProbeLongerThanTheModelTakesIsLeftOutWhateverTheLimit(@TempDir Path directory)
      throws IOException {
    Path probes = directory.resolve("probes.jsonl");
    Files.writeString(
        probes,
        """
        {"id": "short", "instruction": "Say yes.", "response": "yes"}
        {"id": "long", "instruction": "Count.", "response": "%s"}
        {"id": "none"}
        """
            .formatted("one two three ".repeat(400)));

    Cli.Result result =
        Cli.run(
            "evaluate",
            "--json",
            "--model",
            "../models/tiny",
            "--probe",
            probes.toString(),
            "--max-tokens",
            "4096");

    assertThat(result.exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(result.json().get("left_out").asInt()).isEqualTo(1);
    assertThat(result.json().get("malformed").asInt()).isEqualTo(1);
    assertThat(result.json().at("/probes/unknown/n").asInt()).isEqualTo(1);
    assertThat(result.err()).contains("512", "1 probes are left out, 1 are malformed");
  }
}
