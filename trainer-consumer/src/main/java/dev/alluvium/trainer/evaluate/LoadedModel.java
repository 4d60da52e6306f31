package dev.alluvium.trainer.evaluate;

import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model directory, perhaps with an adapter directory on it, ready to be asked.
 *
 * @param runtime the native library on a device
 * @param decoder the base model
 * @param adapter the adapter on it
 * @param tokenizer the model's tokenizer
 */
public record LoadedModel(
    TorchRuntime runtime, Decoder decoder, Optional<LoraAdapter> adapter, Tokenizer tokenizer)
    implements AutoCloseable {

  /** Loads a model; what is loaded already is freed again when a later part cannot be. */
  public static LoadedModel load(Path model, Optional<Path> adapter, Compute compute) {
    Tokenizer tokenizer = Tokenizer.load(model);
    TorchRuntime runtime = null;
    try {
      runtime = TorchRuntime.open(compute);
      Decoder decoder = Decoder.load(model, runtime);
      Optional<LoraAdapter> loaded = adapter.map(path -> LoraAdapter.load(decoder, path, 0));
      return new LoadedModel(runtime, decoder, loaded, tokenizer);
    } catch (RuntimeException e) {
      tokenizer.close();
      if (runtime != null) {
        runtime.close();
      }
      throw e;
    }
  }

  /** What answers: the decoder with its adapter, if there is one. */
  public LanguageModel model() {
    return adapter.map(LoraAdapter::model).orElseGet(() -> LanguageModel.base(decoder));
  }

  /** How turns are written for this model. */
  public PromptTemplate template() {
    return PromptTemplate.forTokenizer(tokenizer);
  }

  @Override
  public void close() {
    adapter.ifPresent(LoraAdapter::close);
    decoder.close();
    runtime.close();
    tokenizer.close();
  }
}
