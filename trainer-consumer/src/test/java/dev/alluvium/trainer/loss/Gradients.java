package dev.alluvium.trainer.loss;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.Pass;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.Mode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The mean loss of a batch's trained tokens and its gradients, by name of the parameter. */
public record Gradients(double loss, Map<String, float[]> values) {
  /**
   * @param chunk rows whose logits exist at a time
   */
  public static Gradients of(LanguageModel model, Parameters parameters, Batch batch, int chunk) {
    Kernels kernels = model.kernels();
    float[] weights = new float[batch.trainedTokens()];
    Arrays.fill(weights, 1f / batch.trainedTokens());
    try (NDManager scope = kernels.runtime().newScope()) {
      double loss;
      try (GradientCollector ignored = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray ids = kernels.upload(scope, batch.ids(), new Shape(batch.size(), batch.length()));
        NDArray rows = kernels.upload(scope, batch.rows(), new Shape(batch.trainedTokens()));
        NDArray h =
            kernels.select(scope, Mode.TRAIN, model.hidden(scope, Pass.train(0), ids), rows);
        loss =
            new CrossEntropy(model, chunk).backward(scope, h, batch.targets(), weights).weighted();
      }
      Map<String, float[]> values = new LinkedHashMap<>();
      for (Parameter parameter : parameters.list()) {
        values.put(parameter.name(), kernels.download(kernels.gradient(scope, parameter.value())));
      }
      return new Gradients(loss, values);
    }
  }
}
