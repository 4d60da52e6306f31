package dev.alluvium.trainer.model.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * The TorchScript methods of generation: through all layers in one call, the cache of keys and
 * values, the choice of a token.
 */
public final class GenerationKernels {
  private final Kernels kernels;
  private final Script script;

  GenerationKernels(Kernels kernels, Script script) {
    this.kernels = kernels;
    this.script = script;
  }

  /**
   * What all layers of a decoder calculate with: the token table (V, C), cos and sin of every
   * position (P, D/2), and layer by layer what {@link Kernels.LayerInputs} has for one.
   */
  public record DecoderInputs(
      NDArray table,
      NDArray cos,
      NDArray sin,
      ArrayLists weights,
      ArrayLists adapters,
      double scale,
      long[] windows) {}

  /**
   * The keys and values of several sequences.
   *
   * @param layers of each layer (B, K, room, D) twice
   * @param seen (B, room), false where they hold padding; of no elements if they hold none
   */
  public record Caches(ArrayLists layers, NDArray seen) {}

  /**
   * All layers over whole prompts, which fill caches.
   *
   * @param caches are changed in place
   * @param order (B, T) int64, which of the B*T positions stands at each of the first T of the
   *     caches; at the last of them the last of the prompt
   * @param ids (B, T) int64, padded on the right
   * @return of the last position of each prompt (B, C)
   */
  public NDArray prefill(
      NDManager scope, DecoderInputs in, Caches caches, NDArray order, NDArray ids) {
    return script
        .infer(
            scope,
            "prefill",
            in.table,
            in.cos,
            in.sin,
            in.weights,
            in.adapters,
            in.windows,
            in.scale,
            caches.layers,
            order,
            ids)
        .get(0);
  }

  /**
   * All layers over one new token of each sequence.
   *
   * @param caches are changed in place
   * @param last index of the new token in the caches
   * @param positions (B) int64, of the new token in each sequence
   * @param ids (B) int64
   * @return (B, C)
   */
  public NDArray decode(
      NDManager scope, DecoderInputs in, Caches caches, int last, NDArray positions, NDArray ids) {
    return script
        .infer(
            scope,
            "decode",
            in.table,
            in.cos,
            in.sin,
            in.weights,
            in.adapters,
            in.windows,
            in.scale,
            caches.layers,
            caches.seen,
            last,
            positions,
            ids)
        .get(0);
  }

  /** Room behind the positions of x (B, K, P, D), to (B, K, P + more, D). */
  public NDArray extend(NDManager scope, NDArray x, int more) {
    return script.call(scope, "extend", x, new long[] {more}).get(0);
  }

  /**
   * Copies positions {@code from} to {@code to}, exclusive, of some sequences of x (B, K, P, D)
   * into as many of y (N, K, room, D) from {@code row} on, where they end before position {@code
   * last}, behind zeros.
   */
  public void lay(NDArray y, int row, int last, NDArray x, int[] sequences, int from, int to) {
    if (sequences.length == 0) {
      return;
    }
    try (NDManager scope = kernels.runtime().newScope()) {
      long[] index = Arrays.stream(sequences).asLongStream().toArray();
      NDArray chosen = kernels.upload(scope, index, new Shape(index.length));
      script.call(scope, "lay", y, x, chosen, new long[] {row, from, to, last});
    }
  }

  /** The next token of each sequence, (B) int64, and its natural log-probability, (B). */
  public record Choice(NDArray ids, NDArray logprobs) {}

  /**
   * How a token is chosen: the most likely one at temperature 0; else a draw from the {@code topK}
   * most likely ones (0 for all), of which the least likely are left out that the others leave
   * nothing of the share {@code topP} (arXiv 1904.09751 section 3.1).
   *
   * @param tokens how many ids exist: rows of the head beyond are padding
   */
  public record Choosing(int tokens, double temperature, int topK, double topP) {}

  /** Chooses from logits z (B, V) with uniform numbers u (B). */
  public Choice choose(NDManager scope, NDArray z, float[] u, Choosing how) {
    NDArray uniform = scope.create(u);
    NDList results =
        script.infer(scope, "choose", z, uniform, how.tokens, how.temperature, how.topK, how.topP);
    return new Choice(results.get(0), results.get(1));
  }
}
