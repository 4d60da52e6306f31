package dev.alluvium.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.HeadKernels;
import dev.alluvium.trainer.model.torch.Kernels;
import java.util.Arrays;

/**
 * Cross entropy at selected hidden states. Logits exist for one chunk of rows at a time: with a
 * vocabulary of 128,000 they would otherwise be the largest array of the step.
 */
public final class CrossEntropy {
  /** Logits held at a time, 16 MiB in float32, unless that would be fewer rows than below. */
  private static final int LOGITS = 1 << 22;

  /** With fewer rows the head would be read from memory more than it is multiplied. */
  private static final int ROWS = 256;

  private final Decoder decoder;
  private final Kernels kernels;
  private final int chunk;

  public CrossEntropy(LanguageModel model) {
    this(model, rowsAtOnce(model.decoder().spec()));
  }

  /**
   * @param chunk rows whose logits exist at a time; changes memory and rounding, not the result
   */
  public CrossEntropy(LanguageModel model, int chunk) {
    this.decoder = model.decoder();
    this.kernels = model.kernels();
    this.chunk = chunk;
  }

  /** Rows whose logits exist at a time. */
  public static int rowsAtOnce(DecoderSpec spec) {
    return Math.max(ROWS, LOGITS / spec.vocab());
  }

  /** Losses, and the gradient of their weighted sum at the hidden states, (N, C). */
  public record Gradient(TokenLosses losses, NDArray hidden) {}

  /**
   * Losses and their gradient. Those of the final norm and the head are collected, if these are
   * trained.
   *
   * @param h selected hidden states (N, C)
   * @param targets N token ids
   * @param weights N factors of the negative log-likelihoods
   */
  public Gradient backward(NDManager scope, NDArray h, long[] targets, float[] weights) {
    Result result = new Result(weights);
    NDList gradients = new NDList();
    for (int from = 0; from < targets.length; from += chunk) {
      int to = Math.min(targets.length, from + chunk);
      try (NDManager inner = scope.newSubManager()) {
        NDArray weight =
            kernels.upload(inner, Arrays.copyOfRange(weights, from, to), new Shape(to - from));
        HeadKernels.LossGradient chunk =
            kernels
                .head()
                .lossBack(
                    inner,
                    rows(inner, h, from, to),
                    targets(inner, targets, from, to),
                    weight,
                    decoder.end(),
                    decoder.endGradients());
        result.add(chunk.losses(), from);
        chunk.gradient().attach(scope);
        gradients.add(chunk.gradient());
      }
    }
    NDArray whole = gradients.size() == 1 ? gradients.get(0) : kernels.join(scope, gradients);
    return new Gradient(result.losses(), whole);
  }

  /** Losses alone. h (N, C). */
  public TokenLosses losses(NDManager scope, NDArray h, long[] targets, float[] weights) {
    Result result = new Result(weights);
    for (int from = 0; from < targets.length; from += chunk) {
      int to = Math.min(targets.length, from + chunk);
      try (NDManager inner = scope.newSubManager()) {
        NDArray target = targets(inner, targets, from, to);
        result.add(
            kernels.head().loss(inner, rows(inner, h, from, to), target, decoder.end()), from);
      }
    }
    return result.losses();
  }

  private NDArray rows(NDManager scope, NDArray h, int from, int to) {
    boolean whole = from == 0 && to == h.getShape().get(0);
    return whole ? h : kernels.rows(scope, h, from, to);
  }

  private NDArray targets(NDManager scope, long[] targets, int from, int to) {
    return kernels.upload(scope, Arrays.copyOfRange(targets, from, to), new Shape(to - from));
  }

  /** Collects the chunks. */
  private static final class Result {
    private final float[] weights;
    private final float[] nll;
    private final boolean[] hits;
    private double weighted;

    Result(float[] weights) {
      this.weights = weights;
      this.nll = new float[weights.length];
      this.hits = new boolean[weights.length];
    }

    void add(HeadKernels.RowLosses losses, int from) {
      float[] values = losses.nll().toFloatArray();
      for (int i = 0; i < values.length; i++) {
        nll[from + i] = values[i];
        weighted += (double) weights[from + i] * values[i];
      }
      System.arraycopy(losses.hit().toBooleanArray(), 0, hits, from, values.length);
    }

    TokenLosses losses() {
      return new TokenLosses(weighted, nll, hits);
    }
  }
}
