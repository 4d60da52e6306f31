package dev.alluvium.trainer.model.torch;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** The TorchScript methods of an optimizer, which work on lists of arrays. */
public final class OptimizerKernels {
  private final TorchRuntime runtime;
  private final Script script;

  OptimizerKernels(TorchRuntime runtime, Script script) {
    this.runtime = runtime;
    this.script = script;
  }

  /** Euclidean norm over all arrays of a list. */
  public double globalNorm(NDList gradients) {
    try (NDManager scope = runtime.newScope()) {
      return script.call(scope, "global_norm", gradients).get(0).getFloat();
    }
  }

  /** The lists of one AdamW update, equal in length: parameters, gradients, moments. */
  public record Lists(NDList parameters, NDList gradients, NDList first, NDList second) {}

  /**
   * The numbers of one AdamW update, steps counted from 1; gradients are first multiplied by {@code
   * factor}.
   */
  public record Numbers(
      double learningRate,
      double beta1,
      double beta2,
      double eps,
      double decay,
      double factor,
      long step) {}

  /** Updates parameters and moments in place. */
  public void adamw(Lists lists, Numbers n) {
    double[] numbers = {n.learningRate, n.beta1, n.beta2, n.eps, n.decay, n.factor, n.step};
    try (NDManager scope = runtime.newScope()) {
      script.call(
          scope, "adamw", lists.parameters, lists.gradients, lists.first, lists.second, numbers);
    }
  }

  /** Fills gradients with zeros. */
  public void clear(NDList gradients) {
    try (NDManager scope = runtime.newScope()) {
      script.call(scope, "clear", gradients);
    }
  }
}
