package dev.alluvium.trainer.generate.local;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.generate.Asking;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.step.TrainingStep;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.TemplateChoice;
import dev.alluvium.trainer.text.TokenizedExample;
import dev.alluvium.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trainer and a worker on one frozen base: its weights are there once, the adapters apart. */
class SharedBaseTest {
  private static final Path TINY = Path.of("../models/tiny");
  private static final TemplateChoice TURNS = TemplateChoice.of(TemplateChoice.MODEL);
  private static final int[] IDS = {5, 6, 7};
  private static final int STEPS = 6;
  private static final double RATE = 1e-2;

  @TempDir private static Path directory;
  private static TorchRuntime runtime;
  private static Decoder decoder;
  private static Batch batch;

  private final AtomicReference<Optional<ModelVersion>> promoted =
      new AtomicReference<>(Optional.empty());

  @BeforeAll
  static void load() {
    runtime = TorchRuntime.open(new Compute("cpu", Precision.FLOAT32, 1));
    decoder = Decoder.load(TINY, runtime);
    for (int seed = 1; seed <= 2; seed++) {
      try (LoraAdapter adapter = fresh(seed)) {
        for (Parameter parameter : adapter.parameters().list()) {
          if (parameter.name().contains("lora_B")) {
            parameter.value().addi(0.05 * seed); // else it would change nothing
          }
        }
        adapter.save(path(seed), TINY.toString());
      }
    }
    try (Tokenizer tokenizer = Tokenizer.load(TINY)) {
      ExampleTokenizer examples =
          new ExampleTokenizer(tokenizer, PromptTemplate.forTokenizer(tokenizer), 128);
      List<TokenizedExample> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Asked asked = Asking.answer("x", "Add %d and %d.".formatted(i, 7 * i), 1);
        all.add((TokenizedExample) examples.tokenize(asked.conversation(), "It is " + 8 * i));
      }
      batch = Batch.of(all);
    }
  }

  @AfterAll
  static void close() {
    decoder.close();
    runtime.close();
  }

  @Test
  void theWorkerAddsNothingToTheBaseButItsAdapter() {
    long before = bytes();
    try (ResidentModel model = worker()) {
      assertThat(model.model().decoder()).isSameAs(decoder);
      assertThat(bytes()).isEqualTo(before);

      model.load(version(1));
      long adapter;
      try (LoraAdapter alone = LoraAdapter.load(decoder, path(1), 0)) {
        long both = bytes();
        alone.close();
        adapter = both - bytes();
      }
      assertThat(adapter).isPositive();
      assertThat(bytes()).isEqualTo(before + adapter);
      assertThat(model.model().decoder()).isSameAs(decoder);

      model.load(version(2));
      assertThat(bytes()).as("after a swap").isEqualTo(before + adapter);
    }
    assertThat(bytes()).isEqualTo(before);
    assertThat(decoder.kernels().download(decoder.end().norm())).as("still open").isNotEmpty();
  }

  @Test
  void aVersionOfAllWeightsLeavesTheOldOneAnswering() {
    try (Serving serving = new Serving(worker(), promoted::get, Duration.ZERO)) {
      promoted.set(Optional.of(version(1)));
      float[] first = logits(serving.current());
      promoted.set(
          Optional.of(
              ModelVersion.newBuilder(version(2))
                  .setMethod("full")
                  .setPath(TINY.toString())
                  .build()));
      assertThat(logits(serving.current())).isEqualTo(first);
      assertThat(serving.name()).isEqualTo("v1");
      promoted.set(Optional.of(version(2)));
      assertThat(logits(serving.current())).isNotEqualTo(first);
      assertThat(serving.name()).isEqualTo("v2");
    }
  }

  @Test
  void swapsDoNotTouchTheTrainerNorStepsTheWorker() {
    List<float[]> undisturbed = trained(() -> {});
    try (ResidentModel model = worker()) {
      float[] base = logits(model);
      model.load(version(1));
      float[] first = logits(model);
      model.load(version(2));
      float[] second = logits(model);
      assertThat(first).isNotEqualTo(base).isNotEqualTo(second);
      model.loadBase();
      int[] round = {0};

      List<float[]> beside =
          trained(
              () -> {
                round[0]++;
                if (round[0] % 3 == 0) {
                  model.loadBase();
                } else {
                  model.load(version(round[0] % 3));
                }
                assertThat(logits(model)).isEqualTo(List.of(base, first, second).get(round[0] % 3));
              });

      assertThat(beside).usingRecursiveComparison().isEqualTo(undisturbed);
    }
  }

  /** Both at once, each in its thread, as in one process. */
  @Test
  void whileBothCalculateEachComesToTheSameBits() {
    List<float[]> undisturbed = trained(() -> {});
    Map<String, GenerationResult> alone;
    try (LocalBackend backend = backend()) {
      alone =
          Map.of("base", answer(backend, 0), "v1", answer(backend, 1), "v2", answer(backend, 2));
    }
    assertThat(alone.get("v1").getTokenLogProbs()).isNotEqualTo(alone.get("v2").getTokenLogProbs());

    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    CompletableFuture<Integer> answers =
        CompletableFuture.supplyAsync(
            () -> {
              int rounds = 0;
              TorchRuntime.useThreads(1);
              try (LocalBackend backend = backend()) {
                for (; rounds < 3 || !stop.get(); rounds++) {
                  GenerationResult result = answer(backend, rounds % 3);
                  assertThat(result).isEqualTo(alone.get(result.getModel()));
                }
              }
              return rounds;
            },
            thread);
    List<List<float[]>> beside = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      beside.add(trained(() -> {}));
    }
    stop.set(true);

    assertThat(answers.join()).isGreaterThanOrEqualTo(3);
    thread.shutdown();
    assertThat(beside)
        .allSatisfy(b -> assertThat(b).usingRecursiveComparison().isEqualTo(undisturbed));
  }

  /** Some steps of a new adapter: its numbers and its logits afterwards. */
  private static List<float[]> trained(Runnable afterEachStep) {
    try (LoraAdapter adapter = fresh(3);
        AdamW optimizer =
            new AdamW(adapter.parameters(), AdamWSettings.defaults(), decoder.kernels())) {
      TrainingStep step = new TrainingStep(adapter.model(), optimizer, Normalise.TOKEN);
      for (int i = 0; i < STEPS; i++) {
        step.step(batch, RATE);
        afterEachStep.run();
      }
      List<float[]> numbers = new ArrayList<>();
      for (Parameter parameter : adapter.parameters().list()) {
        numbers.add(decoder.kernels().download(parameter.value()));
      }
      numbers.add(adapter.model().logits(IDS)[IDS.length - 1]);
      return numbers;
    }
  }

  private LocalBackend backend() {
    return new LocalBackend(new Serving(worker(), promoted::get, Duration.ZERO), 1024);
  }

  /** Promotes a version, 0 for the base, and asks it. */
  private GenerationResult answer(LocalBackend backend, int number) {
    promoted.set(number == 0 ? Optional.empty() : Optional.of(version(number)));
    Asked asked = Asking.answer("q", "What is the capital of France?", 12);
    Reply reply = backend.answer(List.of(asked), () -> false).get(0);
    return ((Reply.Done) reply).result();
  }

  private static ResidentModel worker() {
    return ResidentModel.on(decoder, TINY, "", TURNS, 256);
  }

  private static float[] logits(ResidentModel model) {
    return model.model().logits(IDS)[IDS.length - 1];
  }

  private static LoraAdapter fresh(int seed) {
    return LoraAdapter.fresh(decoder, LoraSettings.allProjections(2, 4), seed);
  }

  private static Path path(int number) {
    return directory.resolve("v" + number);
  }

  private static ModelVersion version(int number) {
    return Versions.promoted("v" + number, "lora", path(number));
  }

  /** Of all arrays on the runtime, which are all arrays of the two. */
  private static long bytes() {
    try (NDManager scope = runtime.newScope()) {
      return scope.getParentManager().getManagedArrays().stream()
          .mapToLong(NDArray::size)
          .map(count -> count * Float.BYTES)
          .sum();
    }
  }
}
