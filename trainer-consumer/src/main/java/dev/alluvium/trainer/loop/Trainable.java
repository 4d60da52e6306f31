package dev.alluvium.trainer.loop;

import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** What a trainer changes, on a device: an adapter, or the whole decoder. */
sealed interface Trainable extends AutoCloseable permits TrainableAdapter, TrainableDecoder {
  /** The model as it has been trained so far. */
  LanguageModel model();

  /** What an optimizer may change. */
  Parameters parameters();

  /**
   * Back to the base model, bit for bit; {@link #model} and {@link #parameters} are new ones
   * afterwards.
   */
  void reset();

  /**
   * To the weights of a version; {@link #model} and {@link #parameters} are new ones afterwards,
   * the base model that is asked stays the same.
   *
   * @param version its directory, as {@link #export} wrote it
   */
  void restart(Path version);

  /** Asks the base model, which exists until the question is answered. */
  <T> T askBase(Function<LanguageModel, T> question);

  /** The base model in memory, whose weights never change; nothing if they are what learns. */
  Optional<Decoder> frozen();

  /** Writes the weights into an empty directory, in the form that a version has. */
  void export(Path target) throws IOException;

  /** What states of it must have in common, beside the base model. */
  String shape();

  @Override
  void close();
}
