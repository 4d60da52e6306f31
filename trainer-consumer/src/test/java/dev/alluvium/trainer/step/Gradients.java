package dev.alluvium.trainer.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.CrossEntropy;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.Pass;
import dev.alluvium.trainer.model.torch.Kernels;
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
    kernels.optimizer().clear(parameters.gradients());
    float[] weights = new float[batch.trainedTokens()];
    Arrays.fill(weights, 1f / batch.trainedTokens());
    try (NDManager scope = kernels.runtime().newScope()) {
      NDArray ids = kernels.upload(scope, batch.ids(), new Shape(batch.size(), batch.length()));
      NDArray rows = kernels.upload(scope, batch.rows(), new Shape(batch.trainedTokens()));
      SegmentedPass pass = new SegmentedPass(scope, model, ids, Pass.train(0), 0);
      NDArray hidden = pass.forward();
      CrossEntropy.Gradient gradient =
          new CrossEntropy(model, chunk)
              .backward(scope, kernels.select(scope, hidden, rows), batch.targets(), weights);
      pass.backward(kernels.selectBack(scope, gradient.hidden(), hidden.getShape(), rows));
      Map<String, float[]> values = new LinkedHashMap<>();
      for (Parameter parameter : parameters.list()) {
        values.put(parameter.name(), kernels.download(parameter.gradient()));
      }
      return new Gradients(gradient.losses().weighted(), values);
    }
  }
}
