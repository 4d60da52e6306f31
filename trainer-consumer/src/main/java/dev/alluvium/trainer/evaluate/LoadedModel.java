package dev.alluvium.trainer.evaluate;

import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.TemplateChoice;
import dev.alluvium.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model directory, perhaps with an adapter directory on it, ready to be asked. Owned by one
 * thread.
 */
public final class LoadedModel implements AutoCloseable {
  private final Path directory;
  private final Optional<TorchRuntime> runtime;
  private final Decoder decoder;
  private final Optional<LoraAdapter> adapter;
  private final TemplateChoice turns;
  private @Nullable Tokenizer tokenizer;
  private @Nullable PromptTemplate template;

  private LoadedModel(
      Path directory,
      Optional<TorchRuntime> runtime,
      Decoder decoder,
      Optional<LoraAdapter> adapter,
      TemplateChoice turns) {
    this.directory = directory;
    this.runtime = runtime;
    this.decoder = decoder;
    this.adapter = adapter;
    this.turns = turns;
  }

  /**
   * Loads a model; what is loaded already is freed again when a later part cannot be.
   *
   * @param turns how turns are written
   */
  public static LoadedModel load(
      Path directory, Optional<Path> adapter, Compute compute, TemplateChoice turns) {
    TorchRuntime runtime = TorchRuntime.open(compute);
    try {
      Decoder decoder = Decoder.loadToAnswer(directory, runtime);
      return new LoadedModel(
          directory,
          Optional.of(runtime),
          decoder,
          adapter.map(path -> LoraAdapter.load(decoder, path, 0)),
          turns);
    } catch (RuntimeException e) {
      runtime.close();
      throw e;
    }
  }

  /**
   * A model directory whose decoder is in memory already: its weights are used as they are, and
   * stay when this is closed.
   *
   * @param decoder open, and loaded from this directory
   */
  public static LoadedModel on(Decoder decoder, Path directory, TemplateChoice turns) {
    return new LoadedModel(directory, Optional.empty(), decoder, Optional.empty(), turns);
  }

  /** What answers: the decoder with its adapter, if there is one. */
  public LanguageModel model() {
    return adapter.map(LoraAdapter::model).orElseGet(() -> LanguageModel.base(decoder));
  }

  /** Whether there is a tokenizer: without, the model can be asked by token ids alone. */
  public boolean hasTokenizer() {
    return Tokenizer.isIn(directory);
  }

  /** The model's tokenizer, read when it is first asked for: token ids need none. */
  public Tokenizer tokenizer() {
    Tokenizer loaded = tokenizer;
    if (loaded == null) {
      loaded = Tokenizer.load(directory);
      tokenizer = loaded;
    }
    return loaded;
  }

  /** How turns are written for this model; read when it is first asked for. */
  public PromptTemplate template() {
    PromptTemplate loaded = template;
    if (loaded == null) {
      loaded = PromptTemplate.choose(tokenizer(), turns);
      template = loaded;
    }
    return loaded;
  }

  @Override
  public void close() {
    adapter.ifPresent(LoraAdapter::close);
    runtime.ifPresent(
        own -> {
          decoder.close();
          own.close();
        });
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
