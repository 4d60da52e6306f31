package dev.alluvium.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.text.ChatTemplateSource;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.Tokenizer;
import dev.alluvium.trainer.weights.Safetensors;
import dev.alluvium.trainer.weights.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingTest {
  private static final Compute ONE_THREAD = new Compute("cpu", Precision.FLOAT32, 1);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private Path texts;

  /** Stops a run as a kill would, after its state was saved. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void writeTexts() throws IOException {
    JsonNode paragraphs =
        JSON.readTree(Files.readString(Path.of("src/test/resources/text/paragraphs.json")));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ObjectNode line = JSON.createObjectNode().put("id", "text-" + i).put("source", "alice");
      lines.add(line.put("text", paragraphs.get(i % 8).textValue()).toString());
    }
    ObjectNode pair = JSON.createObjectNode().put("id", "pair-0").put("source", "sums");
    lines.add(pair.put("instruction", "1 + 1?").put("response", "2").toString());
    lines.add("{\"id\":\"x\",\"source\":\"sums\"}");
    lines.add("no JSON");
    lines.add("");
    lines.add("{\"id\":\"y\",\"source\":\"sums\",\"text\":\"<|end|> forged\"}");
    lines.add(
        "{\"id\":\"z\",\"source\":\"sums\",\"history\":[{}],\"instruction\":\"a\",\"response\":\"b\"}");
    texts = Files.write(directory.resolve("texts.jsonl"), lines);
  }

  private PretrainSettings settings(Path output, long totalTokens) {
    return settings(output, totalTokens, Duration.ZERO);
  }

  private PretrainSettings settings(Path output, long totalTokens, Duration saveEvery) {
    DecoderSpec spec = DecoderSpec.llama(600, 32, 2, 2, 1, 16, 64, 1e-5, 10_000, 64, true);
    Schedule schedule = new Schedule(32, 128, 256, totalTokens, 1e-2, 0.1);
    return new PretrainSettings(
        List.of(texts), output, spec, schedule, false, 20, 5, saveEvery, ONE_THREAD);
  }

  @Test
  void writesAModelDirectoryThatHasLearntSomething() throws IOException {
    Path output = directory.resolve("model");
    PretrainReport report = Pretraining.run(settings(output, 256 * 60), progress -> {});
    assertThat(report.tokens()).isEqualTo(256 * 60);
    assertThat(report.perplexityBefore()).isBetween(500.0, 700.0); // near uniform over 600 tokens
    assertThat(report.perplexityAfter()).isLessThan(report.perplexityBefore() / 3);
    assertThat(report.skipped())
        .isEqualTo(
            Map.of(
                "neither a text nor a pair", 2L,
                "spells out a special token", 1L,
                "has earlier turns", 1L));
    assertThat(output.resolve("training-state.safetensors")).doesNotExist();
    assertThat(JSON.readTree(output.resolve("config.json").toFile()).path("torch_dtype").asText())
        .isEqualTo("bfloat16");
    assertThat(
            JSON.readTree(output.resolve("sources.json").toFile()).at("/trained_tokens_per_pass"))
        .isNotEmpty();
    try (Tokenizer tokenizer = Tokenizer.load(output);
        Safetensors weights = Safetensors.open(output);
        TorchRuntime runtime = TorchRuntime.open(ONE_THREAD);
        Decoder decoder = Decoder.load(output, runtime)) {
      assertThat(tokenizer.chatTemplates())
          .extractingByKey("default")
          .extracting(ChatTemplateSource::text)
          .isEqualTo(PromptTemplate.JINJA);
      assertThat(tokenizer.eosIds()).containsExactlyInAnyOrder(0, 3);
      assertThat(weights.tensors().values()).allMatch(t -> t.type() == TensorType.BF16);
      assertThat(weights.tensors().values().stream().mapToLong(t -> t.size()).sum())
          .isEqualTo(report.parameters());
      assertThat(LanguageModel.base(decoder).logits(new int[] {1, 2})[1]).hasSize(600);
    }
  }

  @Test
  void goesOnWhereItStoppedAsIfItNeverHad() {
    Path whole = directory.resolve("whole");
    Path stopped = directory.resolve("stopped");
    PretrainReport report = Pretraining.run(settings(whole, 256 * 6), progress -> {});
    assertThatThrownBy(
            () ->
                Pretraining.run(
                    settings(stopped, 256 * 6),
                    progress -> {
                      if (progress.step() == 3) {
                        throw new Stopped();
                      }
                    }))
        .isInstanceOf(Stopped.class);
    List<Long> steps = new ArrayList<>();
    PretrainReport resumed =
        Pretraining.run(settings(stopped, 256 * 6), progress -> steps.add(progress.step()));
    assertThat(steps).containsExactly(4L, 5L, 6L);
    assertThat(resumed.perplexityAfter()).isEqualTo(report.perplexityAfter());
    assertThat(stopped.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
  }

  @Test
  void toldToStopItWritesWhereItIs() {
    PretrainSettings rare = settings(directory.resolve("model"), 256 * 6, Duration.ofHours(1));
    AtomicInteger asked = new AtomicInteger();
    assertThatThrownBy(
            () -> Pretraining.run(rare, progress -> {}, () -> asked.incrementAndGet() > 4))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("before step 5 of 6");
    List<Long> steps = new ArrayList<>();
    BooleanSupplier never =
        () -> {
          steps.add(1L);
          return false;
        };
    double resumed = Pretraining.run(rare, progress -> {}, never).perplexityAfter();
    assertThat(steps).as("steps that were left").hasSize(2);
    assertThat(resumed)
        .isEqualTo(
            Pretraining.run(settings(directory.resolve("whole"), 256 * 6), progress -> {})
                .perplexityAfter());
  }

  @Test
  void refusesToGoOnWithOtherSettings() {
    Path output = directory.resolve("model");
    assertThatThrownBy(
            () ->
                Pretraining.run(
                    settings(output, 256 * 6),
                    progress -> {
                      throw new Stopped();
                    }))
        .isInstanceOf(Stopped.class);
    assertThatThrownBy(() -> Pretraining.run(settings(output, 256 * 7), progress -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("belongs to another run");
  }

  @Test
  void trainsOnlyAnswersWhenAsked() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ObjectNode pair = JSON.createObjectNode().put("id", "pair-" + i).put("source", "echo");
      pair.put("instruction", "Say word " + i % 9).put("response", "word " + i % 9);
      lines.add(pair.toString());
    }
    lines.add("{\"id\":\"t\",\"source\":\"alice\",\"text\":\"no pair\"}");
    ObjectNode pair = JSON.createObjectNode().put("id", "long").put("source", "echo");
    lines.add(pair.put("instruction", "0123456789".repeat(9)).put("response", "y").toString());
    texts = Files.write(directory.resolve("pairs.jsonl"), lines);
    PretrainSettings all = settings(directory.resolve("model"), 256 * 60);
    PretrainSettings answers =
        new PretrainSettings(
            all.inputs(),
            all.output(),
            all.spec(),
            all.schedule(),
            true,
            all.heldOutPercent(),
            all.seed(),
            all.saveEvery(),
            all.compute());
    PretrainReport report = Pretraining.run(answers, progress -> {});
    assertThat(report.skipped()).isEqualTo(Map.of("is no pair", 1L, "too long", 1L));
    assertThat(report.perplexityAfter()).isLessThan(report.perplexityBefore() / 100);
    try (Tokenizer tokenizer = Tokenizer.load(answers.output())) {
      Corpus corpus = Corpus.read(answers, tokenizer);
      int word = tokenizer.encode("word 1").length + 1; // and the end
      assertThat(corpus.trained())
          .hasSizeGreaterThan(20)
          .allMatch(example -> example.trainedTokens() == word);
    }
  }

  @Test
  void neverTrainsAHeldOutText() throws IOException {
    Path output = Files.createDirectories(directory.resolve("model"));
    new ModelDirectory(output).tokenizer(List.of(texts), 600).close();
    try (Tokenizer tokenizer = Tokenizer.load(output)) {
      Corpus corpus = Corpus.read(settings(output, 256), tokenizer);
      assertThat(corpus.trained().size() + corpus.heldOut().size()).isEqualTo(41);
      assertThat(corpus.heldOut().size()).isBetween(2, 16); // 20 % of 41, by hash
      Corpus again = Corpus.read(settings(output, 256), tokenizer);
      assertThat(again.heldOut()).usingRecursiveComparison().isEqualTo(corpus.heldOut());
    }
  }
}
