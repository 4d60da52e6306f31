package dev.alluvium.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.Kernels;
import java.util.Arrays;

/**
 * The mixup regulariser of SFTMix (arXiv 2410.05248): two hidden states are interpolated behind the
 * final norm, and the mixture is to predict the targets of both, each by its part. The head is
 * linear, so their logits are interpolated with them. Logits exist for one chunk of mixtures at a
 * time, half as many as of {@link CrossEntropy}, because each mixture has two rows beside them.
 */
public final class MixedEntropy {
  private final Decoder decoder;
  private final Kernels kernels;
  private final int chunk;

  public MixedEntropy(LanguageModel model) {
    this(model, CrossEntropy.rowsAtOnce(model.decoder().spec()) / 2);
  }

  /**
   * @param chunk mixtures whose logits exist at a time; changes memory and rounding, not the result
   */
  public MixedEntropy(LanguageModel model, int chunk) {
    this.decoder = model.decoder();
    this.kernels = model.kernels();
    this.chunk = chunk;
  }

  /**
   * The losses of all mixtures. Gradients of the final norm and the head are collected, if these
   * are trained.
   *
   * @param h selected hidden states (N, C)
   * @param targets N token ids
   * @param weight factor of the sum of the losses
   * @param gradient (N, C); that of the weighted sum at the hidden states is added to it, in place
   * @return their sum, not weighted, in nats
   */
  public double backward(
      NDManager scope,
      NDArray h,
      long[] targets,
      MixedRows mixed,
      double weight,
      NDArray gradient) {
    double sum = 0;
    for (int from = 0; from < mixed.size(); from += chunk) {
      int to = Math.min(mixed.size(), from + chunk);
      int[] rows = both(mixed, from, to);
      try (NDManager inner = scope.newSubManager()) {
        float[] shares = Arrays.copyOfRange(mixed.shares(), from, to);
        NDArray losses =
            kernels
                .head()
                .mixBack(
                    inner,
                    h,
                    gradient,
                    upload(inner, Arrays.stream(rows).asLongStream().toArray()),
                    upload(inner, Arrays.stream(rows).mapToLong(row -> targets[row]).toArray()),
                    kernels.upload(inner, shares, new Shape(shares.length)),
                    weight,
                    decoder.end(),
                    decoder.endGradients());
        for (float loss : losses.toFloatArray()) {
          sum += loss;
        }
      }
    }
    return sum;
  }

  private static int[] both(MixedRows mixed, int from, int to) {
    int[] rows = Arrays.copyOf(Arrays.copyOfRange(mixed.first(), from, to), 2 * (to - from));
    System.arraycopy(mixed.second(), from, rows, to - from, to - from);
    return rows;
  }

  private NDArray upload(NDManager scope, long[] values) {
    return kernels.upload(scope, values, new Shape(values.length));
  }
}
