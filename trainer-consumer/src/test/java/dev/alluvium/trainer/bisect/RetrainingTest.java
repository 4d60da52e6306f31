package dev.alluvium.trainer.bisect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.window.WindowDigest;
import dev.alluvium.trainer.bisect.KnownWindow.Past;
import dev.alluvium.trainer.bisect.Retraining.End;
import dev.alluvium.trainer.config.AdapterSettings;
import dev.alluvium.trainer.config.CommitSettings;
import dev.alluvium.trainer.config.GateSettings;
import dev.alluvium.trainer.config.GuardSettings;
import dev.alluvium.trainer.config.KeepSettings;
import dev.alluvium.trainer.config.KlSettings;
import dev.alluvium.trainer.config.SftMixSettings;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.guard.GuardMemory;
import dev.alluvium.trainer.guard.LossHistory;
import dev.alluvium.trainer.guard.Transfer;
import dev.alluvium.trainer.loop.Learner;
import dev.alluvium.trainer.loop.WindowGuards;
import dev.alluvium.trainer.loop.WindowTraining;
import dev.alluvium.trainer.loop.Windows;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
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
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows of a loss that the guards take for a spike, by what they are told to remember. */
class RetrainingTest {
  private static final GuardMemory SPIKES =
      new GuardMemory(
          new LossHistory(Map.of("", List.of(0.01, 0.01, 0.01, 0.01, 0.01)), 0), Transfer.none());

  @TempDir private static Path root;
  private static Path model;

  @TempDir private Path scratch;
  private Tokenizer tokenizer;
  private Learner learner;
  private Retraining retraining;
  private String fresh;

  @BeforeAll
  static void makeAModel() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      lines.add(
          "{\"id\":\"t%d\",\"source\":\"sums\",\"text\":\"Add %d and %d. It is %d. How many?\"}"
              .formatted(i, i, i + 1, i + i + 1));
    }
    model = root.resolve("model");
    Pretraining.run(
        new PretrainSettings(
            List.of(Files.write(root.resolve("texts.jsonl"), lines)),
            model,
            DecoderSpec.llama(300, 32, 2, 4, 2, 8, 64, 1e-5, 10_000, 128, true),
            new Schedule(32, 128, 128, 128, 1e-3, 0),
            false,
            10,
            7,
            Duration.ofMinutes(5),
            new Compute("cpu", Precision.FLOAT32, 1)),
        progress -> {});
  }

  @BeforeEach
  void open() throws IOException {
    TrainSettings settings = settings();
    tokenizer = Tokenizer.load(model);
    learner = Learner.load(settings);
    ExampleTokenizer examples =
        new ExampleTokenizer(
            tokenizer, PromptTemplate.choose(tokenizer, settings.turns()), settings.maxTokens());
    retraining =
        new Retraining(
            learner,
            new WindowTraining(settings, examples, InstantSource.system()),
            new WindowGuards(settings.guard().lossSpike()),
            List.of(),
            SPIKES,
            scratch);
    fresh = state();
  }

  @AfterEach
  void close() {
    learner.close();
    tokenizer.close();
  }

  @Test
  void whatCountedIsTrainedWhateverTheGuardsWouldSayNow() throws IOException {
    assertThat(train(1, Past.TRAINED).end()).isEqualTo(End.TRAINED);
    assertThat(state()).isNotEqualTo(fresh);
  }

  @Test
  void whereTheLedgerIsSilentTheGuardsDecideAsTheyDidThen() throws IOException {
    assertThat(train(1, Past.UNTOLD).end()).isEqualTo(End.PASSED_OVER);
    assertThat(state()).as("nothing of it stays").isEqualTo(fresh);
    // After three in quarantine the data have changed, and the next is let in.
    train(2, Past.PASSED_OVER);
    train(3, Past.UNTOLD);
    assertThat(train(4, Past.UNTOLD).end()).isEqualTo(End.TRAINED);
    assertThat(state()).isNotEqualTo(fresh);
  }

  @Test
  void whatIsInNoWeightsIsPassedOverAndWhatARollbackLeftIsNotRemembered() throws IOException {
    for (long window = 1; window <= 3; window++) {
      assertThat(train(window, Past.LEFT_BEHIND).end()).isEqualTo(End.PASSED_OVER);
    }
    assertThat(train(4, Past.UNTOLD).end()).as("three left behind").isEqualTo(End.PASSED_OVER);
    assertThat(state()).isEqualTo(fresh);
  }

  @Test
  void examplesThatWereNotTrainedAreNotTrainedNow() throws IOException {
    KnownWindow without = new KnownWindow(Past.TRAINED, new TreeSet<>(List.of(0, 7)), false);
    assertThat(retraining.train(window(1), without, () -> false).untrained()).containsExactly(0, 7);
    String after = state();

    close();
    open();
    train(1, Past.TRAINED);
    assertThat(state()).isNotEqualTo(after);
  }

  @Test
  void itStopsBeforeTheNextStep() {
    assertThatThrownBy(() -> retraining.train(window(1), known(Past.TRAINED), () -> true))
        .isInstanceOf(CancellationException.class);
  }

  private Retraining.Done train(long window, Past past) {
    return retraining.train(window(window), known(past), () -> false);
  }

  private static KnownWindow known(Past past) {
    return new KnownWindow(past, new TreeSet<>(), false);
  }

  private String state() throws IOException {
    Path file = scratch.resolve("state.safetensors");
    learner.save(file);
    return Digests.sha256(Files.readAllBytes(file));
  }

  private static Window window(long id) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      examples.add(Windows.example(id, i));
    }
    return new Window(
        Windows.open(id),
        examples,
        Windows.close(id, examples.size(), WindowDigest.of(examples), CloseReason.COUNT),
        0,
        13);
  }

  private static TrainSettings settings() {
    return new TrainSettings(
        model.toString(),
        root.toString(),
        "cpu",
        "float32",
        1,
        1,
        "lora",
        new AdapterSettings(4, 8, 0, "all", false),
        0.01,
        0,
        0,
        1,
        1,
        128,
        1,
        0,
        64,
        "token",
        new SftMixSettings(0, 0.5, "batch", "skill", 100),
        new KlSettings(0),
        "model",
        Map.of(),
        new CommitSettings(0),
        new GateSettings(1, 0.05, 0.1, "best", 2, "refuse", 0, 128, 0.05, 0.1),
        new GuardSettings(3, 0, 1, 0),
        new KeepSettings(1, 1, 1),
        Duration.ofSeconds(10));
  }
}
