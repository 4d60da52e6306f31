package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.Digests;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.optim.TrainingState;
import dev.alluvium.trainer.step.TrainingStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The weights that learn: a frozen decoder, its adapter and the optimizer's memory. */
final class Learner implements AutoCloseable {
  private final TrainSettings settings;
  private final Path directory;
  private final TorchRuntime runtime;
  private final Decoder decoder;
  private LoraAdapter adapter;
  private AdamW optimizer;

  private Learner(TrainSettings settings, Path directory, TorchRuntime runtime, Decoder decoder) {
    this.settings = settings;
    this.directory = directory;
    this.runtime = runtime;
    this.decoder = decoder;
    this.adapter = freshAdapter();
    this.optimizer = freshOptimizer();
  }

  /** Loads the base model and puts a fresh adapter on it. */
  static Learner load(TrainSettings settings) {
    Path directory = Path.of(settings.model());
    TorchRuntime runtime =
        TorchRuntime.open(
            new Compute(
                settings.device(), Precision.parse(settings.dtype()), settings.cpuThreads()));
    try {
      return new Learner(settings, directory, runtime, Decoder.load(directory, runtime));
    } catch (RuntimeException e) {
      runtime.close();
      throw e;
    }
  }

  private LoraAdapter freshAdapter() {
    return LoraAdapter.fresh(decoder, settings.lora().shape(), settings.seed());
  }

  private AdamW freshOptimizer() {
    AdamWSettings defaults = AdamWSettings.defaults();
    return new AdamW(
        adapter.parameters(),
        new AdamWSettings(
            defaults.beta1(),
            defaults.beta2(),
            defaults.eps(),
            settings.weightDecay(),
            settings.clipNorm()),
        decoder.kernels());
  }

  /** Back to an adapter that changes nothing, with an optimizer that remembers nothing. */
  void reset() {
    optimizer.close();
    adapter.close();
    adapter = freshAdapter();
    optimizer = freshOptimizer();
  }

  /** Back to a saved state, bit for bit. */
  void restore(Path state) {
    TrainingState.read(state, optimizer);
  }

  /** Saves everything that {@link #restore} needs. */
  void save(Path state) {
    TrainingState.write(state, optimizer, Map.of());
  }

  /** Writes the adapter in the PEFT layout. */
  void export(Path target) {
    adapter.save(target, directory.toString());
  }

  /** With the adapter. */
  LanguageModel adapted() {
    return adapter.model();
  }

  /** Without it. */
  LanguageModel base() {
    return LanguageModel.base(decoder);
  }

  AdamW optimizer() {
    return optimizer;
  }

  TrainingStep step() {
    return new TrainingStep(
        adapter.model(),
        optimizer,
        Normalise.parse(settings.normalise()),
        settings.recomputeLayers());
  }

  /**
   * What an adapter of this learner fits: a digest over the base model's configuration, the names
   * and sizes of its weight files, and the adapter's shape.
   */
  String fit() {
    try (var files = Files.list(directory)) {
      String weights =
          files
              .filter(f -> f.toString().endsWith(".safetensors"))
              .map(f -> f.getFileName() + ":" + f.toFile().length())
              .sorted()
              .toList()
              .toString();
      return Digests.sha256(
          Files.readString(directory.resolve("config.json")),
          weights,
          settings.lora().shape().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the base model in " + directory, e);
    }
  }

  @Override
  public void close() {
    optimizer.close();
    adapter.close();
    decoder.close();
    runtime.close();
  }
}
