package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.JniUtils;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.window.WindowDigest;
import dev.alluvium.trainer.config.AdapterSettings;
import dev.alluvium.trainer.config.CommitSettings;
import dev.alluvium.trainer.config.GateSettings;
import dev.alluvium.trainer.config.GuardSettings;
import dev.alluvium.trainer.config.KeepSettings;
import dev.alluvium.trainer.config.KlSettings;
import dev.alluvium.trainer.config.SftMixSettings;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.mixup.Confidences;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchException;
import dev.alluvium.trainer.pretrain.PretrainSettings;
import dev.alluvium.trainer.pretrain.Pretraining;
import dev.alluvium.trainer.pretrain.Schedule;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every setting that is in the digest of what shapes the weights does shape them. */
class SettingsEffectTest {
  @TempDir private static Path root;
  private static Path model;
  private static String usual;

  /** The settings that vary. */
  private record Draft(
      String method,
      String dtype,
      long seed,
      AdapterSettings lora,
      double rate,
      int warmup,
      double decay,
      double clip,
      int passes,
      int batchTokens,
      int accumulate,
      int maxTokens,
      String normalise,
      SftMixSettings sftmix,
      double kl,
      String chatTemplate,
      Map<String, String> templateVariables) {
    TrainSettings settings() {
      return on("cpu");
    }

    TrainSettings on(String device) {
      return new TrainSettings(
          model.toString(),
          root.toString(),
          device,
          dtype,
          1,
          seed,
          method,
          lora,
          rate,
          warmup,
          decay,
          clip,
          passes,
          batchTokens,
          accumulate,
          0,
          maxTokens,
          normalise,
          sftmix,
          new KlSettings(kl),
          chatTemplate,
          templateVariables,
          new CommitSettings(0),
          new GateSettings(1, 0.05, 0.1, "best", 2, "refuse", 0, 128, 0.05, 0.1),
          new GuardSettings(0, 0, 1, 0),
          new KeepSettings(1, 1, 1),
          Duration.ofSeconds(10));
    }
  }

  private static final AdapterSettings LORA = new AdapterSettings(4, 8, 0, "all", false);
  private static final SftMixSettings PLAIN = new SftMixSettings(0, 0.5, "batch", "skill", 100);
  private static final SftMixSettings MIXED = new SftMixSettings(0.2, 0.5, "batch", "skill", 100);
  private static final Draft USUAL =
      new Draft(
          "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 128, 1, 64, "token", PLAIN, 0, "model",
          Map.of());

  @BeforeAll
  static void makeAModel() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      lines.add(
          "{\"id\":\"t%d\",\"source\":\"sums\",\"text\":\"Add %d and %d. It is %d. How many?\"}"
              .formatted(i, i, i + 1, i + i + 1));
    }
    Path texts = Files.write(root.resolve("texts.jsonl"), lines);
    model = root.resolve("model");
    Pretraining.run(
        new PretrainSettings(
            List.of(texts),
            model,
            DecoderSpec.llama(300, 32, 2, 4, 2, 8, 64, 1e-5, 10_000, 128, true),
            new Schedule(32, 128, 128, 128, 1e-3, 0),
            false,
            10,
            7,
            Duration.ofMinutes(5),
            new Compute("cpu", Precision.FLOAT32, 1)),
        progress -> {});
    Path templates = Files.createDirectories(model.resolve("additional_chat_templates"));
    Files.writeString(
        templates.resolve("other.jinja"),
        "{{ greeting }}{% for m in messages %}{{ m.role ~ ': ' ~ m.content ~ '<|end|>' }}{% endfor %}"
            + "{% if add_generation_prompt %}assistant: {% endif %}");
    usual = trained(USUAL);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        Arguments.argumentSet(
            "train.method",
            new Draft(
                "full", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 128, 1, 64, "token", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet(
            "train.dtype",
            new Draft(
                "lora",
                "bfloat16",
                1,
                LORA,
                0.01,
                0,
                0,
                1,
                2,
                128,
                1,
                64,
                "token",
                PLAIN,
                0,
                "model",
                Map.of())),
        Arguments.argumentSet(
            "train.seed",
            new Draft(
                "lora", "float32", 2, LORA, 0.01, 0, 0, 1, 2, 128, 1, 64, "token", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet("train.lora.rank", lora(new AdapterSettings(2, 8, 0, "all", false))),
        Arguments.argumentSet("train.lora.alpha", lora(new AdapterSettings(4, 4, 0, "all", false))),
        Arguments.argumentSet(
            "train.lora.dropout", lora(new AdapterSettings(4, 8, 0.5, "all", false))),
        Arguments.argumentSet(
            "train.lora.rankStabilised", lora(new AdapterSettings(4, 8, 0, "all", true))),
        Arguments.argumentSet(
            "train.lora.targets", lora(new AdapterSettings(4, 8, 0, "q_proj", false))),
        Arguments.argumentSet(
            "train.learningRate",
            new Draft(
                "lora", "float32", 1, LORA, 0.02, 0, 0, 1, 2, 128, 1, 64, "token", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet(
            "train.warmupSteps",
            new Draft(
                "lora", "float32", 1, LORA, 0.01, 9, 0, 1, 2, 128, 1, 64, "token", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet(
            "train.weightDecay",
            new Draft(
                "lora", "float32", 1, LORA, 0.01, 0, 0.5, 1, 2, 128, 1, 64, "token", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet(
            "train.clipNorm",
            new Draft(
                "lora", "float32", 1, LORA, 0.01, 0, 0, 0.001, 2, 128, 1, 64, "token", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet(
            "train.passesPerWindow",
            new Draft(
                "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 3, 128, 1, 64, "token", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet(
            "train.batchTokens",
            new Draft(
                "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 256, 1, 64, "token", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet(
            "train.accumulate",
            new Draft(
                "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 128, 2, 64, "token", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet(
            "train.maxTokens",
            new Draft(
                "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 128, 1, 30, "token", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet(
            "train.normalise",
            new Draft(
                "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 128, 1, 64, "example", PLAIN, 0,
                "model", Map.of())),
        Arguments.argumentSet("train.sftmix.mu", mixed(MIXED)),
        Arguments.argumentSet(
            "train.kl.weight",
            new Draft(
                "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 128, 1, 64, "token", PLAIN, 0.5,
                "model", Map.of())),
        Arguments.argumentSet(
            "train.chatTemplate",
            new Draft(
                "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 128, 1, 64, "token", PLAIN, 0,
                "other", Map.of())));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void changesTheWeights(Draft changed) throws IOException {
    assertThat(trained(changed)).isNotEqualTo(usual);
    assertThat(changed.settings().digest()).isNotEqualTo(USUAL.settings().digest());
  }

  @Test
  void asManyThreadsCalculateAsAreGiven() {
    for (int threads : List.of(3, 2)) {
      try (Learner ignored = Learner.load(USUAL.settings().withThreads(threads))) {
        assertThat(JniUtils.getNumThreads()).isEqualTo(threads);
      }
    }
    assertThat(USUAL.settings().withThreads(0).cpuThreads())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void theDeviceIsTheOneThatIsNamed() {
    assertThatThrownBy(() -> Learner.load(USUAL.on("cuda:99")))
        .isInstanceOf(TorchException.class)
        .hasMessageContaining("cuda:99");
  }

  @Test
  void templateVariablesChangeTheWeights() throws IOException {
    Draft without = other(Map.of());
    Draft with = other(Map.of("greeting", "Hello"));
    assertThat(trained(with)).isNotEqualTo(trained(without));
    assertThat(with.settings().digest()).isNotEqualTo(without.settings().digest());
  }

  private static Draft other(Map<String, String> variables) {
    return new Draft(
        "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 128, 1, 64, "token", PLAIN, 0, "other",
        variables);
  }

  @ParameterizedTest
  @MethodSource("otherMixtures")
  void eachSettingOfTheMixturesChangesTheWeights(SftMixSettings other) throws IOException {
    assertThat(trained(mixed(other))).isNotEqualTo(trained(mixed(MIXED)));
    assertThat(mixed(other).settings().digest()).isNotEqualTo(mixed(MIXED).settings().digest());
  }

  static Stream<SftMixSettings> otherMixtures() {
    return Stream.of(
        new SftMixSettings(0.3, 0.5, "batch", "skill", 100),
        new SftMixSettings(0.2, 0.9, "batch", "skill", 100),
        new SftMixSettings(0.2, 0.5, "random", "skill", 100),
        new SftMixSettings(0.2, 0.5, "window", "skill", 100),
        new SftMixSettings(0.2, 0.5, "batch", "global", 100));
  }

  @Test
  void whatIsRememberedShapesTheWeightsWhereHalvesAreToldByIt() throws IOException {
    Draft all = mixed(new SftMixSettings(0.2, 0.5, "window", "skill", 100));
    Draft one = mixed(new SftMixSettings(0.2, 0.5, "window", "skill", 1));
    assertThat(trained(one)).isNotEqualTo(trained(all));
    assertThat(one.settings().digest()).isNotEqualTo(all.settings().digest());
    Draft batch = mixed(new SftMixSettings(0.2, 0.5, "batch", "skill", 1));
    assertThat(batch.settings().digest()).isEqualTo(mixed(MIXED).settings().digest());
  }

  @Test
  void withoutMixturesTheirSettingsAreWithoutEffect() throws IOException {
    Draft none = mixed(new SftMixSettings(0, 0.9, "random", "global", 100));
    assertThat(trained(none)).isEqualTo(usual);
    assertThat(none.settings().digest()).isEqualTo(USUAL.settings().digest());
  }

  /** The control of a split: its batches, and nothing of its mixtures. */
  @Test
  void aWeightTooSmallForTheNumbersTrainsOnTheSameBatchesAlone() throws IOException {
    double tooSmall = 1e-30;
    Draft batch = mixed(new SftMixSettings(tooSmall, 0.5, "batch", "skill", 100));
    assertThat(weights(batch)).isEqualTo(weights(USUAL));
    Draft window = mixed(new SftMixSettings(tooSmall, 0.5, "window", "skill", 100));
    assertThat(weights(window)).as("batches of pairs").isNotEqualTo(weights(USUAL));
    Draft otherParts = mixed(new SftMixSettings(tooSmall, 0.9, "window", "skill", 100));
    assertThat(weights(otherParts)).isEqualTo(weights(window));
  }

  @Test
  void equalSettingsGiveEqualBits() throws IOException {
    assertThat(trained(USUAL)).isEqualTo(usual);
    assertThat(trained(mixed(MIXED))).isEqualTo(trained(mixed(MIXED)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "window", "random"})
  void mixturesAfterARestartAreThoseThatWouldHaveBeen(String split) throws IOException {
    TrainSettings settings = mixed(new SftMixSettings(0.2, 0.5, split, "skill", 12)).settings();
    Path between = Files.createTempDirectory(root, "between").resolve("state.safetensors");
    String whole;
    try (Learner learner = Learner.load(settings)) {
      train(settings, learner, 1);
      learner.save(between);
      train(settings, learner, 2);
      whole = digest(learner);
    }
    try (Learner learner = Learner.load(settings)) {
      learner.restore(between);
      train(settings, learner, 2);
      assertThat(digest(learner)).isEqualTo(whole);
    }
  }

  @Test
  void theReportTellsHowFarTheModelIsFromItsBaseWhereThatIsHeldDown() {
    assertThat(divergence(0.01)).isPositive().isGreaterThan(divergence(20));
  }

  private static double divergence(double weight) {
    TrainSettings settings =
        new Draft(
                "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 128, 1, 64, "token", PLAIN, weight,
                "model", Map.of())
            .settings();
    try (Learner learner = Learner.load(settings)) {
      for (long window = 1; window <= 4; window++) {
        train(settings, learner, window);
      }
      return train(settings, learner, 5).getDivergence();
    }
  }

  @Test
  void theReportTellsWhatWasMixed() {
    try (Learner learner = Learner.load(mixed(MIXED).settings())) {
      TrainReport report = train(mixed(MIXED).settings(), learner, 1);
      assertThat(report.getMixedPairs()).isPositive().isLessThanOrEqualTo(4);
      assertThat(report.getMixedTokens()).isGreaterThan(report.getMixedPairs());
      assertThat(report.getMixLoss()).isBetween(1.0, 10.0);
      assertThat(report.getConfidenceSpread()).containsOnlyKeys("math", "sums");
      assertThat(report.getConfidenceSpread().get("math")).isPositive();
      assertThat(learner.mixing().orElseThrow().confidences().keys()).hasSize(9);
    }
    try (Learner learner = Learner.load(USUAL.settings())) {
      TrainReport report = train(USUAL.settings(), learner, 1);
      assertThat(report.getMixedPairs()).isZero();
      assertThat(report.getMixedTokens()).isZero();
      assertThat(report.getMixLoss()).isNull();
      assertThat(report.getConfidenceSpread()).isEmpty();
      assertThat(report.getDivergence()).isNull();
      assertThat(learner.mixing()).isEmpty();
    }
  }

  @Test
  void whatIsKnownOfPairsIsRestoredWithTheWeightsAndGoesWithThem() throws IOException {
    TrainSettings settings = mixed(MIXED).settings();
    Path first = Files.createTempDirectory(root, "first").resolve("state.safetensors");
    try (Learner learner = Learner.load(settings)) {
      Confidences known = learner.mixing().orElseThrow().confidences();
      train(settings, learner, 1);
      String after = known.text();
      learner.save(first);
      train(settings, learner, 2);
      assertThat(known.keys()).hasSize(18);
      learner.restore(first);
      assertThat(known.text()).isEqualTo(after);
      learner.reset();
      assertThat(known.keys()).isEmpty();
    }
  }

  private static Draft mixed(SftMixSettings sftmix) {
    return new Draft(
        "lora", "float32", 1, LORA, 0.01, 0, 0, 1, 2, 128, 1, 64, "token", sftmix, 0, "model",
        Map.of());
  }

  private static Draft lora(AdapterSettings lora) {
    return new Draft(
        "lora", "float32", 1, lora, 0.01, 0, 0, 1, 2, 128, 1, 64, "token", PLAIN, 0, "model",
        Map.of());
  }

  /** Digest of what is trained and of the moments after one window. */
  private static String trained(Draft draft) throws IOException {
    TrainSettings settings = draft.settings();
    try (Learner learner = Learner.load(settings)) {
      train(settings, learner, 1);
      return digest(learner);
    }
  }

  /** Digest of the trained weights alone. */
  private static String weights(Draft draft) throws IOException {
    TrainSettings settings = draft.settings();
    Path version = Files.createTempDirectory(root, "weights");
    try (Learner learner = Learner.load(settings)) {
      train(settings, learner, 1);
      learner.export(version);
    }
    return Digests.sha256(Files.readAllBytes(version.resolve("adapter_model.safetensors")));
  }

  private static String digest(Learner learner) throws IOException {
    Path state = Files.createTempDirectory(root, "trained").resolve("state.safetensors");
    learner.save(state);
    return Digests.sha256(Files.readAllBytes(state));
  }

  private static TrainReport train(TrainSettings settings, Learner learner, long window) {
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      ExampleTokenizer examples =
          new ExampleTokenizer(
              tokenizer, PromptTemplate.choose(tokenizer, settings.turns()), settings.maxTokens());
      WindowTraining.Books books =
          new WindowTraining(settings, examples, InstantSource.system())
              .train(window(window), learner, List.of(), Collections.emptySortedSet(), () -> false);
      assertThat(books.end()).isEqualTo(WindowTrainer.End.DONE);
      return books.report();
    }
  }

  /** Short examples of two skills and one of about 50 tokens. */
  private static Window window(long id) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String skill = i % 3 == 0 ? "sums" : "math";
      examples.add(Example.newBuilder(Windows.example(id, i)).setSkill(skill).build());
    }
    examples.add(Windows.example(id, 8, "Add 7 and 8.", "It is fifteen. How many? It is 15."));
    return new Window(
        Windows.open(id),
        examples,
        Windows.close(id, examples.size(), WindowDigest.of(examples), CloseReason.COUNT),
        0,
        12);
  }
}
