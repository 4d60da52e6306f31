package dev.alluvium.trainer.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.alluvium.trainer.loss.Divergence;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Pass;

/**
 * What holds an adapter near its frozen base in one optimizer step: the KL from the base at the
 * trained tokens, averaged as their loss is. It costs a forward pass of the base.
 */
final class StepDivergence implements Regulariser {
  private final Divergence loss;
  private final LanguageModel base;
  private final double weight;
  private double sum;
  private double weighted;

  StepDivergence(Divergence loss, LanguageModel model, double weight) {
    this.loss = loss;
    this.base = LanguageModel.base(model.decoder());
    this.weight = weight;
  }

  @Override
  public boolean backward(NDManager scope, BatchStates states) {
    float[] weights = states.weights().clone();
    for (int n = 0; n < weights.length; n++) {
      weights[n] *= (float) weight;
    }
    float[] divergence;
    try (NDManager inner = scope.newSubManager()) {
      NDArray all = base.hidden(inner, Pass.infer(), states.ids());
      NDArray own = base.kernels().select(inner, all, states.rows());
      all.close();
      divergence = loss.backward(inner, states.h(), own, weights, states.gradient());
    }
    double added = 0;
    for (int n = 0; n < weights.length; n++) {
      added += (double) weights[n] * divergence[n];
      sum += divergence[n];
    }
    weighted += added;
    return Double.isFinite(added);
  }

  @Override
  public double weighted() {
    return weighted;
  }

  /** Sum over the trained tokens, in nats. */
  double sum() {
    return sum;
  }
}
