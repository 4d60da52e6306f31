package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.Digests;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.config.TrainingMethod;
import dev.alluvium.trainer.files.DigestMemory;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.mixup.Confidences;
import dev.alluvium.trainer.mixup.Mixing;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.optim.TrainingState;
import dev.alluvium.trainer.step.TrainingStep;
import dev.alluvium.trainer.weights.ModelContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The weights that learn, and the optimizer's memory of them. */
public final class Learner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Learner.class);

  /** What a saved state has beside the optimizer's arrays, where examples are mixed. */
  private static final String CONFIDENCES = "confidences";

  private static final String NOTHING_KNOWN = "{}";

  private final TrainSettings settings;
  private final TorchRuntime runtime;
  private final Trainable trainable;
  private final Optional<Mixing> mixing;
  private AdamW optimizer;
  private boolean loaded;

  private Learner(TrainSettings settings, TorchRuntime runtime, Trainable trainable) {
    this.settings = settings;
    this.runtime = runtime;
    this.trainable = trainable;
    this.mixing =
        settings.mixture().map(m -> new Mixing(m, new Confidences(settings.sftmix().remembered())));
    mixing.ifPresent(mix -> log.info("examples are mixed by {}", mix.mixture()));
    this.optimizer = freshOptimizer();
  }

  /** Loads the base model and makes ready to train it by the method of the settings. */
  public static Learner load(TrainSettings settings) {
    TorchRuntime runtime =
        TorchRuntime.open(
            new Compute(
                settings.device(), Precision.parse(settings.dtype()), settings.cpuThreads()));
    try {
      return new Learner(settings, runtime, trainable(settings, runtime));
    } catch (RuntimeException e) {
      runtime.close();
      throw e;
    }
  }

  private static Trainable trainable(TrainSettings settings, TorchRuntime runtime) {
    Path directory = Path.of(settings.model());
    return switch (TrainingMethod.parse(settings.method())) {
      case LORA ->
          new TrainableAdapter(directory, settings.lora().shape(), settings.seed(), runtime);
      case FULL -> {
        if (settings.kl().weight() > 0) {
          log.info(
              "train.kl.weight is without effect: under train.method full no base model stays in memory to be near to");
        }
        yield new TrainableDecoder(directory, runtime);
      }
    };
  }

  private AdamW freshOptimizer() {
    AdamWSettings defaults = AdamWSettings.defaults();
    return new AdamW(
        trainable.parameters(),
        new AdamWSettings(
            defaults.beta1(),
            defaults.beta2(),
            defaults.eps(),
            settings.weightDecay(),
            settings.clipNorm()),
        trainable.model().kernels());
  }

  /** Back to the base model, with an optimizer that remembers nothing. */
  void reset() {
    if (!loaded && optimizer.step() == 0) {
      return; // nothing has moved yet, and loading a large model twice takes its time
    }
    optimizer.close();
    mixing.ifPresent(mix -> mix.confidences().clear());
    trainable.reset();
    optimizer = freshOptimizer();
    loaded = false;
  }

  /**
   * To the weights of a version, with an optimizer that remembers nothing and is at step 0.
   *
   * @param version its directory, as {@link #export} wrote it
   */
  void restart(Path version) {
    optimizer.close();
    mixing.ifPresent(mix -> mix.confidences().clear());
    trainable.restart(version);
    optimizer = freshOptimizer();
    loaded = true;
  }

  /** Back to a saved state, bit for bit. */
  public void restore(Path state) {
    String known = TrainingState.read(state, optimizer).getOrDefault(CONFIDENCES, NOTHING_KNOWN);
    mixing.ifPresent(mix -> mix.confidences().read(known));
    loaded = true;
  }

  /** Saves everything that {@link #restore} needs. */
  public void save(Path state) {
    TrainingState.write(
        state,
        optimizer,
        mixing.map(mix -> Map.of(CONFIDENCES, mix.confidences().text())).orElse(Map.of()));
  }

  /** How examples are mixed, and how well they are known; nothing if they are not mixed. */
  Optional<Mixing> mixing() {
    return mixing;
  }

  /** Writes the weights in the form that a version has. */
  public void export(Path target) throws IOException {
    trainable.export(target);
  }

  /** The model as it has been trained so far. */
  public LanguageModel model() {
    return trainable.model();
  }

  /** Asks the base model, which exists until the question is answered. */
  public <T> T askBase(Function<LanguageModel, T> question) {
    return trainable.askBase(question);
  }

  /** The base model in memory, if its weights are frozen; open until this is closed. */
  Optional<Decoder> frozen() {
    return trainable.frozen();
  }

  /** What is trained. */
  TrainingMethod method() {
    return TrainingMethod.parse(settings.method());
  }

  AdamW optimizer() {
    return optimizer;
  }

  TrainingStep step() {
    return new TrainingStep(
        trainable.model(),
        optimizer,
        Normalise.parse(settings.normalise()),
        settings.recomputeLayers(),
        settings.klWeight());
  }

  /**
   * What a state of this learner must have. Large base models take a while to read.
   *
   * @param digests what is remembered of files that were read before
   */
  public Fit fit(DigestMemory digests) {
    Path base = Path.of(settings.model());
    long begin = System.nanoTime();
    String content = ModelContent.digest(base, digests);
    log.info(
        "the base model in {} has SHA-256 {} ({} ms)",
        base,
        content,
        Duration.ofNanos(System.nanoTime() - begin).toMillis());
    return new Fit(shape(base), base, content);
  }

  private String shape(Path directory) {
    try (var files = Files.list(directory)) {
      String weights =
          files
              .filter(f -> f.toString().endsWith(".safetensors"))
              .map(f -> f.getFileName() + ":" + f.toFile().length())
              .sorted()
              .toList()
              .toString();
      return Digests.sha256(
          Files.readString(directory.resolve("config.json")), weights, trainable.shape());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the base model in " + directory, e);
    }
  }

  @Override
  public void close() {
    optimizer.close();
    trainable.close();
    runtime.close();
  }
}
