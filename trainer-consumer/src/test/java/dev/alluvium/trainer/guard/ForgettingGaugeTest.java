package dev.alluvium.trainer.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.trainer.gate.PerplexityRise;
import dev.alluvium.trainer.gate.ProbeScorer;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.pretrain.PretrainSettings;
import dev.alluvium.trainer.pretrain.Pretraining;
import dev.alluvium.trainer.pretrain.Schedule;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.TemplateChoice;
import dev.alluvium.trainer.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gauge beside KL summed over the whole vocabulary at every position of the same texts. */
class ForgettingGaugeTest {
  private static final Compute COMPUTE = new Compute("cpu", Precision.FLOAT32, 1);
  private static final int TEXTS = 60;
  private static final int LENGTH = 24;

  @TempDir private static Path root;
  private static Path base;
  private static Path other;

  @BeforeAll
  static void pretrain() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      lines.add(
          "{\"id\":\"t%d\",\"source\":\"sums\",\"text\":\"Add %d and %d. It is %d. How many?\"}"
              .formatted(i, i, i + 1, i + i + 1));
    }
    Path texts = Files.write(root.resolve("texts.jsonl"), lines);
    base = pretrained("base", texts, 128);
    other = pretrained("other", texts, 1280);
  }

  private static Path pretrained(String name, Path texts, int tokens) throws IOException {
    Path model = root.resolve(name);
    Pretraining.run(
        new PretrainSettings(
            List.of(texts),
            model,
            DecoderSpec.llama(300, 32, 2, 4, 2, 8, 64, 1e-5, 10_000, 128, true),
            new Schedule(32, 128, 128, tokens, 1e-2, 0),
            false,
            10,
            7,
            Duration.ofMinutes(5),
            COMPUTE),
        progress -> {});
    return model;
  }

  @Test
  void isTheDivergenceFromTheBaseModel() {
    withModels(
        TEXTS,
        (gauge, models) -> {
          GaugeTexts texts =
              gauge.completed(GaugeTexts.none(), probes(0, TEXTS), models.base(), () -> false);
          assertThat(texts.texts()).hasSize(TEXTS);

          PerplexityRise same = gauge.measure(texts, models.base(), () -> false).get("sums");
          assertThat(same.rise()).isZero();

          PerplexityRise moved = gauge.measure(texts, models.other(), () -> false).get("sums");
          double exact = exact(texts, models);
          assertThat(exact).isGreaterThan(0.01);
          assertThat(moved.error()).isLessThan(exact / 4);
          assertThat(moved.rise()).isCloseTo(exact, within(3 * moved.error()));
        });
  }

  /** KL(base || other), averaged over the positions of the answers. */
  private static double exact(GaugeTexts texts, Models models) {
    double sum = 0;
    int positions = 0;
    for (GaugeText text : texts.texts()) {
      int[] ids = text.ids().stream().mapToInt(Integer::intValue).toArray();
      float[][] p = models.base().logits(ids);
      float[][] q = models.other().logits(ids);
      for (int at = text.promptTokens() - 1; at < ids.length - 1; at++) {
        double[] logP = logSoftmax(p[at]);
        double[] logQ = logSoftmax(q[at]);
        for (int v = 0; v < logP.length; v++) {
          sum += Math.exp(logP[v]) * (logP[v] - logQ[v]);
        }
        positions++;
      }
    }
    return sum / positions;
  }

  private static double[] logSoftmax(float[] logits) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    double[] result = new double[logits.length];
    for (int v = 0; v < result.length; v++) {
      result[v] = logits[v] - Math.log(sum);
    }
    return result;
  }

  @Test
  void textsAreWrittenOnceAndSkillsThatLackSomeGetThem() {
    withModels(
        5,
        (gauge, models) -> {
          GaugeTexts first =
              gauge.completed(GaugeTexts.none(), probes(0, 3), models.base(), () -> false);
          assertThat(gauge.isIncomplete(first, probes(0, 3))).isFalse();
          assertThat(gauge.isIncomplete(first, probes(0, 9))).isTrue();
          GaugeTexts second = gauge.completed(first, probes(0, 9), models.base(), () -> false);
          assertThat(second.texts()).hasSize(5).startsWith(first.texts().toArray(GaugeText[]::new));
          assertThat(second.base().byProbe())
              .hasSize(5)
              .containsAllEntriesOf(first.base().byProbe());
          assertThat(gauge.isIncomplete(second, probes(0, 9))).isFalse();
          assertThat(gauge.completed(GaugeTexts.none(), probes(0, 9), models.base(), () -> false))
              .as("the same texts whenever they are written together")
              .isEqualTo(
                  gauge.completed(GaugeTexts.none(), probes(0, 9), models.base(), () -> false));
        });
  }

  @Test
  void textsAreNoLongerThanWanted() {
    assertThat(lengths(4)).isNotEmpty().allSatisfy(tokens -> assertThat(tokens).isBetween(1, 4));
    assertThat(lengths(LENGTH)).anySatisfy(tokens -> assertThat(tokens).isGreaterThan(4));
  }

  private static List<Integer> lengths(int gaugeTokens) {
    List<Integer> lengths = new ArrayList<>();
    withModels(
        9,
        gaugeTokens,
        (gauge, models) ->
            gauge
                .completed(GaugeTexts.none(), probes(0, 9), models.base(), () -> false)
                .texts()
                .forEach(text -> lengths.add(text.ids().size() - text.promptTokens())));
    return lengths;
  }

  @Test
  void textsOfAnErasedPairGo() {
    withModels(
        5,
        (gauge, models) -> {
          GaugeTexts texts =
              gauge.completed(GaugeTexts.none(), probes(0, 4), models.base(), () -> false);
          GaugeTexts left = texts.without(Set.of("p2"));
          assertThat(left.texts()).extracting(GaugeText::pairId).containsExactly("p0", "p1", "p3");
          assertThat(left.base().byProbe()).containsOnlyKeys("p0", "p1", "p3");
        });
  }

  @Test
  void textsThatAreTooLongByNowAreLeftOutAndLongProbesTakeNoPlace() {
    withModels(
        5,
        (gauge, models) -> {
          List<Probe> probes = new ArrayList<>(probes(0, 9));
          String words = "and 1 ".repeat(60);
          for (int i = 0; i < 5; i++) {
            probes.set(
                i,
                Probe.newBuilder(probes.get(i))
                    .setPrompt(new Prompt("Add " + words, null, List.of()))
                    .build());
          }
          GaugeTexts texts = gauge.completed(GaugeTexts.none(), probes, models.base(), () -> false);
          assertThat(texts.texts())
              .extracting(GaugeText::pairId)
              .containsExactly("p5", "p6", "p7", "p8");
          assertThat(gauge.isIncomplete(texts, probes)).as("no other fits").isFalse();

          GaugeText first = texts.texts().get(0);
          List<Integer> ids = new ArrayList<>(first.ids());
          ids.addAll(Collections.nCopies(130 - ids.size(), 1));
          GaugeText longer =
              new GaugeText("p0", "sums", ids, first.promptTokens()); // of a larger maxTokens
          GaugeTexts old = new GaugeTexts(List.of(longer, texts.texts().get(1)), texts.base());
          assertThat(gauge.measure(old, models.other(), () -> false).get("sums").probes())
              .isEqualTo(1);
        });
  }

  @Test
  void writingIsGivenUpWhenToldTo() {
    withModels(
        5,
        (gauge, models) ->
            assertThatThrownBy(
                    () ->
                        gauge.completed(GaugeTexts.none(), probes(0, 9), models.base(), () -> true))
                .isInstanceOf(CancellationException.class));
  }

  @Test
  void noTextsNoGauge() {
    withModels(
        0,
        (gauge, models) -> {
          assertThat(gauge.isIncomplete(GaugeTexts.none(), probes(0, 9))).isFalse();
          GaugeTexts none =
              gauge.completed(GaugeTexts.none(), probes(0, 9), models.base(), () -> false);
          assertThat(none).isEqualTo(GaugeTexts.none());
          assertThat(gauge.measure(none, models.other(), () -> false)).isEqualTo(Map.of());
          GaugeTexts old =
              new GaugeTexts(
                  List.of(new GaugeText("p0", "sums", List.of(5, 6, 7), 2)), none.base());
          assertThat(gauge.measure(old, models.other(), () -> false)).isEqualTo(Map.of());
        });
  }

  private record Models(LanguageModel base, LanguageModel other) {}

  private static void withModels(int texts, BiConsumer<ForgettingGauge, Models> test) {
    withModels(texts, LENGTH, test);
  }

  private static void withModels(int texts, int tokens, BiConsumer<ForgettingGauge, Models> test) {
    try (TorchRuntime runtime = TorchRuntime.open(COMPUTE);
        Tokenizer tokenizer = Tokenizer.load(base);
        Decoder first = Decoder.load(base, runtime);
        Decoder second = Decoder.load(other, runtime)) {
      PromptTemplate template =
          PromptTemplate.choose(tokenizer, TemplateChoice.of("model", Map.of()));
      ForgettingGauge gauge =
          new ForgettingGauge(
              new ExampleTokenizer(tokenizer, template, 128),
              probe -> Conversation.of(probe.getPrompt().getInstruction()),
              new ProbeScorer(512),
              texts,
              new GenerationSettings(
                  tokens,
                  new GenerationSettings.Sampling(1, 0, 1),
                  tokenizer.vocabularySize(),
                  template.stopIds(),
                  written -> false),
              1);
      test.accept(gauge, new Models(LanguageModel.base(first), LanguageModel.base(second)));
    }
  }

  private static List<Probe> probes(int from, int to) {
    List<Probe> probes = new ArrayList<>();
    for (int i = from; i < to; i++) {
      probes.add(
          Probe.newBuilder()
              .setPairId("p" + i)
              .setSkill("sums")
              .setGroup("g" + i)
              .setPrompt(new Prompt("Add %d and %d.".formatted(i, i + 7), null, List.of()))
              .setGold("It is %d.".formatted(i + i + 7))
              .setPosition(new SourcePosition("pairs", 0, (long) i))
              .build());
    }
    return probes;
  }
}
