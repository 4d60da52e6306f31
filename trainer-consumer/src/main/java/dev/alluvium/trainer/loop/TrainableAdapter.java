package dev.alluvium.trainer.loop;

import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** A low-rank adapter that learns on a frozen decoder; a version of it has the PEFT layout. */
final class TrainableAdapter implements Trainable {
  private final Path directory;
  private final LoraSettings settings;
  private final long seed;
  private final Decoder decoder;
  private LoraAdapter adapter;

  /** Puts an adapter that changes nothing yet on the base model of a directory. */
  TrainableAdapter(Path directory, LoraSettings settings, long seed, TorchRuntime runtime) {
    this.directory = directory;
    this.settings = settings;
    this.seed = seed;
    this.decoder = Decoder.load(directory, runtime);
    this.adapter = fresh();
  }

  private LoraAdapter fresh() {
    return LoraAdapter.fresh(decoder, settings, seed);
  }

  @Override
  public LanguageModel model() {
    return adapter.model();
  }

  @Override
  public Parameters parameters() {
    return adapter.parameters();
  }

  @Override
  public void reset() {
    adapter.close();
    adapter = fresh();
  }

  @Override
  public void restart(Path version) {
    adapter.close();
    adapter = LoraAdapter.load(decoder, version, seed);
  }

  @Override
  public <T> T askBase(Function<LanguageModel, T> question) {
    return question.apply(LanguageModel.base(decoder));
  }

  @Override
  public Optional<Decoder> frozen() {
    return Optional.of(decoder);
  }

  @Override
  public void export(Path target) {
    adapter.save(target, directory.toString());
  }

  @Override
  public String shape() {
    return settings.toString();
  }

  @Override
  public void close() {
    adapter.close();
    decoder.close();
  }
}
