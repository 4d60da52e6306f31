package dev.alluvium.trainer.loop;

import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.TrainedModel;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * A decoder all of whose weights learn; a version of it is a whole model directory. The base model
 * is read from its directory again when it is needed, so that it takes no room in between.
 */
final class TrainableDecoder implements Trainable {
  private final Path directory;
  private final TorchRuntime runtime;
  private Decoder decoder;

  /** Loads the base model of a directory. */
  TrainableDecoder(Path directory, TorchRuntime runtime) {
    this.directory = directory;
    this.runtime = runtime;
    this.decoder = Decoder.loadTrainable(directory, runtime);
  }

  @Override
  public LanguageModel model() {
    return LanguageModel.base(decoder);
  }

  @Override
  public Parameters parameters() {
    return decoder.parameters();
  }

  @Override
  public void reset() {
    decoder.close();
    decoder = Decoder.loadTrainable(directory, runtime);
  }

  @Override
  public void restart(Path version) {
    decoder.close();
    decoder = Decoder.loadTrainable(version, runtime);
  }

  @Override
  public <T> T askBase(Function<LanguageModel, T> question) {
    // Plain weights, not packed ones: equal numbers then give equal scores, bit for bit. In
    // bfloat16
    // they are equal if the base is stored in it: what learns is rounded where it is multiplied
    // only.
    try (Decoder base = Decoder.load(directory, runtime)) {
      return question.apply(LanguageModel.base(base));
    }
  }

  @Override
  public Optional<Decoder> frozen() {
    return Optional.empty();
  }

  @Override
  public void export(Path target) throws IOException {
    TrainedModel.write(directory, decoder, target);
  }

  @Override
  public String shape() {
    return "all weights";
  }

  @Override
  public void close() {
    decoder.close();
  }
}
