package dev.alluvium.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.Mode;

/**
 * Cross entropy at selected hidden states. Logits exist for one chunk of rows at a time: with a
 * vocabulary of 128,000 they would otherwise be the largest array of the step.
 *
 * <p>For a gradient, each chunk starts from a seam: the chunk's loss is pushed back to the seam at
 * once and its logits are freed; the gradients gathered at the seams are then pushed through the
 * decoder together, once.
 */
public final class CrossEntropy {
  /** Logits held at a time: 64 MiB in float32. */
  private static final int LOGITS = 1 << 24;

  private final LanguageModel model;
  private final Kernels kernels;
  private final int chunk;

  public CrossEntropy(LanguageModel model) {
    this(model, Math.max(1, LOGITS / model.decoder().spec().vocab()));
  }

  /**
   * @param chunk rows whose logits exist at a time; changes memory and rounding, not the result
   */
  CrossEntropy(LanguageModel model, int chunk) {
    this.model = model;
    this.kernels = model.kernels();
    this.chunk = chunk;
  }

  /**
   * Losses, and the gradients of all trained arrays, which are added to what they have collected.
   * Runs inside a gradient collector.
   *
   * @param h selected hidden states (N, C), recorded in {@link Mode#TRAIN}
   * @param targets N token ids
   * @param weights N factors of the negative log-likelihoods
   */
  public TokenLosses backward(NDManager scope, NDArray h, long[] targets, float[] weights) {
    Result result = new Result(targets.length);
    NDList gradients = new NDList();
    for (int from = 0; from < targets.length; from += chunk) {
      int to = Math.min(targets.length, from + chunk);
      NDArray seam = kernels.seam(scope, rows(scope, Mode.TRAIN, h, from, to));
      try (NDManager inner = scope.newSubManager()) {
        Kernels.RowLosses losses = losses(inner, Mode.TRAIN, seam, targets, weights, from, to);
        kernels.backward(losses.weighted(), inner.ones(new Shape()));
        result.add(losses, from);
      }
      gradients.add(kernels.gradient(scope, seam));
    }
    if (Double.isFinite(result.weighted)) {
      kernels.backward(
          h, gradients.size() == 1 ? gradients.get(0) : kernels.join(scope, gradients));
    }
    return result.losses();
  }

  /** Losses alone. h (N, C). */
  public TokenLosses losses(NDManager scope, NDArray h, long[] targets, float[] weights) {
    Result result = new Result(targets.length);
    for (int from = 0; from < targets.length; from += chunk) {
      int to = Math.min(targets.length, from + chunk);
      try (NDManager inner = scope.newSubManager()) {
        NDArray part = rows(inner, Mode.INFER, h, from, to);
        result.add(losses(inner, Mode.INFER, part, targets, weights, from, to), from);
      }
    }
    return result.losses();
  }

  private NDArray rows(NDManager scope, Mode mode, NDArray h, int from, int to) {
    boolean whole = from == 0 && to == h.getShape().get(0);
    return whole ? h : kernels.rows(scope, mode, h, from, to);
  }

  private Kernels.RowLosses losses(
      NDManager scope, Mode mode, NDArray h, long[] targets, float[] weights, int from, int to) {
    Decoder decoder = model.decoder();
    Shape shape = new Shape(to - from);
    NDArray target = kernels.upload(scope, java.util.Arrays.copyOfRange(targets, from, to), shape);
    NDArray weight = kernels.upload(scope, java.util.Arrays.copyOfRange(weights, from, to), shape);
    return kernels.loss(scope, mode, h, target, weight, decoder.finalNorm(), decoder.head());
  }

  /** Collects the chunks. */
  private static final class Result {
    private final float[] nll;
    private final boolean[] hits;
    private double weighted;

    Result(int rows) {
      nll = new float[rows];
      hits = new boolean[rows];
    }

    void add(Kernels.RowLosses losses, int from) {
      weighted += losses.weighted().getFloat();
      float[] values = losses.nll().toFloatArray();
      System.arraycopy(values, 0, nll, from, values.length);
      System.arraycopy(losses.hit().toBooleanArray(), 0, hits, from, values.length);
    }

    TokenLosses losses() {
      return new TokenLosses(weighted, nll, hits);
    }
  }
}
