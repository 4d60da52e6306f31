package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.Completion.Finish;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.Mode;
import java.util.ArrayList;
import java.util.List;

/** Lets a model write on, one sequence at a time, with a cache of keys and values. */
public final class Completer {
  private final LanguageModel model;
  private final Kernels kernels;

  public Completer(LanguageModel model) {
    this.model = model;
    this.kernels = model.kernels();
  }

  /**
   * Writes until a stop token or a limit.
   *
   * @param prompt token ids, at least one and fewer than the model has positions
   */
  public Completion complete(int[] prompt, CompletionSettings settings) {
    int room = model.decoder().spec().maxPositions() - prompt.length;
    if (room < 1) {
      throw new IllegalArgumentException(
          "prompt of %d tokens: the model takes fewer than %d"
              .formatted(prompt.length, model.decoder().spec().maxPositions()));
    }
    int limit = Math.min(room, settings.maxTokens());
    TokenChoice choice = new TokenChoice(settings.temperature(), settings.seed());
    List<Integer> ids = new ArrayList<>();
    List<Double> logprobs = new ArrayList<>();
    try (KeyValueCache cache = new KeyValueCache(model.decoder())) {
      int[] next = prompt;
      while (ids.size() < limit) {
        float[] logits = lastLogits(next, cache);
        int id = choice.choose(logits);
        ids.add(id);
        logprobs.add(TokenChoice.logProbability(logits, id));
        if (settings.stopIds().contains(id)) {
          return new Completion(ids, logprobs, Finish.STOP);
        }
        next = new int[] {id};
      }
    }
    return new Completion(ids, logprobs, Finish.LENGTH);
  }

  /** Logits after the last of the new positions. */
  private float[] lastLogits(int[] ids, KeyValueCache cache) {
    try (NDManager scope = kernels.runtime().newScope()) {
      NDArray input = kernels.upload(scope, model.checked(ids), new Shape(1, ids.length));
      NDArray last = kernels.upload(scope, new long[] {ids.length - 1}, new Shape(1));
      NDArray x = model.decoder().hidden(scope, input, cache, model.adapters());
      return model
          .logits(scope, Mode.INFER, kernels.select(scope, Mode.INFER, x, last))
          .toFloatArray();
    }
  }
}
