package dev.alluvium.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.Kernels;
import java.util.Arrays;

/**
 * KL(base || model) of the next token at selected hidden states, for a model that is an adapter on
 * a frozen base: it grows where the model gives up what the base finds likely. That is the
 * direction of the forgetting gauge. Logits of both exist for one chunk of rows at a time.
 */
public final class Divergence {
  /** Three arrays of logits exist at once, where cross entropy has one. */
  public static final int ARRAYS = 3;

  private final Decoder decoder;
  private final Kernels kernels;
  private final int chunk;

  public Divergence(LanguageModel model) {
    this(model, rowsAtOnce(model.decoder().spec()));
  }

  /**
   * @param chunk rows whose logits exist at a time; changes memory and rounding, not the result
   */
  public Divergence(LanguageModel model, int chunk) {
    this.decoder = model.decoder();
    this.kernels = model.kernels();
    this.chunk = chunk;
  }

  /** Rows whose logits exist at a time, unless another number is named. */
  public static int rowsAtOnce(DecoderSpec spec) {
    return CrossEntropy.rowsAtOnce(spec) / ARRAYS;
  }

  /**
   * The divergence at each row, in nats.
   *
   * @param h hidden states of the model (N, C)
   * @param base those of the base model (N, C)
   * @param weights N factors of the divergences
   * @param gradient (N, C); that of the weighted sum at the hidden states is added to it, in place
   */
  public float[] backward(
      NDManager scope, NDArray h, NDArray base, float[] weights, NDArray gradient) {
    float[] all = new float[weights.length];
    for (int from = 0; from < weights.length; from += chunk) {
      int to = Math.min(weights.length, from + chunk);
      try (NDManager inner = scope.newSubManager()) {
        float[] some = Arrays.copyOfRange(weights, from, to);
        float[] divergence =
            kernels
                .head()
                .divergenceBack(
                    inner,
                    kernels.rows(inner, h, from, to),
                    kernels.rows(inner, gradient, from, to),
                    kernels.rows(inner, base, from, to),
                    kernels.upload(inner, some, new Shape(some.length)),
                    decoder.end())
                .toFloatArray();
        System.arraycopy(divergence, 0, all, from, divergence.length);
      }
    }
    return all;
  }
}
