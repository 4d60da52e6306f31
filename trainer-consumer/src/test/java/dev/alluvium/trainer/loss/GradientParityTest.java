package dev.alluvium.trainer.loss;

import static dev.alluvium.trainer.ParityFixture.assertClose;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.Pass;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.Mode;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients through the seams equal those that PyTorch gets in one piece, whatever the chunk. */
final class GradientParityTest {
  @ParameterizedTest
  @CsvSource({"llama-gqa-tied,1000", "llama-gqa-tied,5", "llama-untied,1000", "llama-untied,1"})
  void gradientsOfEveryWeightEqualThoseOfPyTorch(String name, int chunk) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.loadTrainable(fixture.directory(), runtime)) {
      compare(LanguageModel.base(decoder), decoder.parameters(), fixture, "full", chunk);
    }
  }

  @ParameterizedTest
  @CsvSource({"llama-gqa-tied,1000", "llama-gqa-tied,7", "llama-untied,1000", "llama-untied,2"})
  void gradientsOfEveryPairEqualThoseOfPeft(String name, int chunk) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      compare(adapter.model(), adapter.parameters(), fixture, "lora", chunk);
    }
  }

  private static void compare(
      LanguageModel model, Parameters parameters, ParityFixture fixture, String kind, int chunk) {
    Kernels kernels = model.kernels();
    Batch batch = Batch.of(fixture.examples());
    float[] weights = new float[batch.trainedTokens()];
    Arrays.fill(weights, 1f / batch.trainedTokens());
    try (NDManager scope = kernels.runtime().newScope()) {
      try (GradientCollector ignored = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray ids = kernels.upload(scope, batch.ids(), new Shape(batch.size(), batch.length()));
        NDArray rows = kernels.upload(scope, batch.rows(), new Shape(batch.trainedTokens()));
        NDArray h =
            kernels.select(scope, Mode.TRAIN, model.hidden(scope, Pass.train(0), ids), rows);
        new CrossEntropy(model, chunk).backward(scope, h, batch.targets(), weights);
      }
      for (Parameter parameter : parameters.list()) {
        assertClose(
            kernels.download(kernels.gradient(scope, parameter.value())),
            fixture.expected(kind + ".gradient." + parameter.name()),
            1e-4,
            parameter.name());
      }
    }
  }
}
