package dev.alluvium.trainer.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.CrossEntropy;
import dev.alluvium.trainer.loss.TokenLosses;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Pass;
import dev.alluvium.trainer.model.torch.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rates examples in one forward pass each, without gradients. */
public final class Scorer {
  private final LanguageModel model;
  private final CrossEntropy loss;

  public Scorer(LanguageModel model) {
    this.model = model;
    this.loss = new CrossEntropy(model);
  }

  /** One score per example, in the order of the batch. */
  public List<Score> score(Batch batch) {
    TokenLosses losses = losses(batch);
    double[] sums = new double[batch.size()];
    boolean[] exact = new boolean[batch.size()];
    Arrays.fill(exact, true);
    for (int n = 0; n < batch.trainedTokens(); n++) {
      int b = batch.exampleOfRow(n);
      sums[b] += losses.nll()[n];
      exact[b] &= losses.hits()[n];
    }
    List<Score> scores = new ArrayList<>();
    for (int b = 0; b < batch.size(); b++) {
      scores.add(new Score(sums[b], batch.trainedTokens(b), exact[b]));
    }
    return scores;
  }

  private TokenLosses losses(Batch batch) {
    Kernels kernels = model.kernels();
    try (NDManager scope = kernels.runtime().newScope()) {
      NDArray ids = kernels.upload(scope, batch.ids(), new Shape(batch.size(), batch.length()));
      NDArray rows = kernels.upload(scope, batch.rows(), new Shape(batch.trainedTokens()));
      NDArray h = kernels.select(scope, model.hidden(scope, Pass.infer(), ids), rows);
      return loss.losses(scope, h, batch.targets(), new float[batch.trainedTokens()]);
    }
  }
}
