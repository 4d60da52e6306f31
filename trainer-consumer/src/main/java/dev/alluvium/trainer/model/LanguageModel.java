package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.torch.Kernels;
import java.util.Arrays;

/**
 * A decoder with an adapter or without one. Both views of one decoder share its weights, so
 * switching the adapter off copies nothing.
 */
public record LanguageModel(Decoder decoder, LayerAdapters adapters) {
  /** The decoder alone. */
  public static LanguageModel base(Decoder decoder) {
    return new LanguageModel(decoder, decoder.noAdapters());
  }

  public Kernels kernels() {
    return decoder.kernels();
  }

  /** Hidden states before the final norm: ids (B, T) int64 to (B, T, C). */
  public NDArray hidden(NDManager scope, Pass pass, NDArray ids) {
    try (NDArray x = embed(scope, ids)) {
      return layers(scope, pass, x, 0, decoder.spec().layers());
    }
  }

  /** Token vectors: ids (B, T) int64 to (B, T, C). */
  public NDArray embed(NDManager scope, NDArray ids) {
    return decoder.embed(scope, ids);
  }

  /** Layers {@code from} to {@code to}, exclusive: x (B, T, C) to (B, T, C). */
  public NDArray layers(NDManager scope, Pass pass, NDArray x, int from, int to) {
    return decoder.layers(scope, pass, x, from, to, adapters);
  }

  /** One layer whose gradient will follow: x (B, T, C) to (B, T, C). */
  public Kernels.KeptLayer keptLayer(NDManager scope, Pass pass, NDArray x, int layer) {
    return decoder.keptLayer(scope, pass, x, layer, adapters);
  }

  /** The gradient of {@link #keptLayer}: d (B, T, C) becomes that at x, in place. */
  public void layerBack(Pass pass, NDArray x, int layer, NDList kept, NDArray d) {
    decoder.layerBack(pass, x, layer, kept, d, adapters);
  }

  /** The first layer that is trained, in whole or in part: gradients go no further back. */
  public int lowestTrained() {
    return decoder.lowestTrained(adapters);
  }

  /** An empty cache for prompts of these lengths, and for what is expected to be written after. */
  public KeyValueCache cache(int[] lengths, int expected) {
    return new KeyValueCache(decoder, lengths, expected);
  }

  /**
   * Fills an empty cache with whole prompts, padded on the right: ids (B, T) to the states of the
   * last token of each (B, C).
   */
  public NDArray prefill(NDManager scope, NDArray ids, KeyValueCache cache) {
    return decoder.prefill(scope, ids, cache, adapters);
  }

  /** Adds one token to every sequence of a cache: ids (B) to (B, C). */
  public NDArray decode(NDManager scope, NDArray ids, KeyValueCache cache) {
    return decoder.decode(scope, ids, cache, adapters);
  }

  /** Logits of hidden states: h (N, C) to float32 (N, V). */
  public NDArray logits(NDManager scope, NDArray h) {
    return kernels().head().logits(scope, h, decoder.end());
  }

  /**
   * Logits of the next token at every position of one sequence.
   *
   * @param ids T token ids, at least one
   * @return [T][V]
   */
  public float[][] logits(int[] ids) {
    int vocab = decoder.spec().vocab();
    try (NDManager scope = kernels().runtime().newScope()) {
      NDArray input = kernels().upload(scope, checked(ids), new Shape(1, ids.length));
      NDArray h = hidden(scope, Pass.infer(), input).reshape(ids.length, decoder.spec().width());
      float[] flat = logits(scope, h).toFloatArray();
      float[][] logits = new float[ids.length][];
      for (int t = 0; t < ids.length; t++) {
        logits[t] = Arrays.copyOfRange(flat, t * vocab, (t + 1) * vocab);
      }
      return logits;
    }
  }

  /** The ids as int64; libtorch would read beside the token table for one that is not in it. */
  public long[] checked(int[] ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("no token ids: expected at least one");
    }
    int vocab = decoder.spec().vocab();
    long[] wide = new long[ids.length];
    for (int t = 0; t < ids.length; t++) {
      if (ids[t] < 0 || ids[t] >= vocab) {
        throw new IllegalArgumentException(
            "token id %d at position %d: the model's vocabulary is 0 to %d"
                .formatted(ids[t], t, vocab - 1));
      }
      wide[t] = ids[t];
    }
    return wide;
  }
}
