package dev.alluvium.trainer.loss;

import static dev.alluvium.trainer.ParityFixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** KL from the base and its gradient, against logits in double precision. */
class DivergenceTest {
  private static final int ROWS = 5;
  private static final float[] WEIGHTS = {0.5f, 1, 0, 2, 0.1f};

  @ParameterizedTest
  @ValueSource(ints = {1000, 2})
  void divergenceAndGradientAreThoseOfTheLogits(int chunk) throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-untied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        NDManager scope = runtime.newScope()) {
      Kernels kernels = decoder.kernels();
      int width = decoder.spec().width();
      float[] h = numbers(1, ROWS * width);
      float[] b = numbers(2, ROWS * width);
      NDArray base = kernels.upload(scope, b, new Shape(ROWS, width));
      NDArray gradient = scope.ones(new Shape(ROWS, width));
      float[] divergence =
          new Divergence(LanguageModel.base(decoder), chunk)
              .backward(
                  scope, kernels.upload(scope, h, new Shape(ROWS, width)), base, WEIGHTS, gradient);

      assertClose(divergence, divergences(decoder, h, b), 1e-5, "divergence");
      float[] slope = kernels.download(gradient);
      for (int i = 0; i < h.length; i += 3) {
        float before = h[i];
        float step = 0.02f;
        h[i] = before + step;
        double up = divergences(decoder, h, b)[i / width];
        h[i] = before - step;
        double down = divergences(decoder, h, b)[i / width];
        h[i] = before;
        double expected = 1 + WEIGHTS[i / width] * (up - down) / (2 * step);
        assertThat(Math.abs(slope[i] - expected)).isLessThan(2e-3);
      }
    }
  }

  private static float[] divergences(Decoder decoder, float[] h, float[] b) {
    double[][] q = logProbabilities(decoder, h);
    double[][] p = logProbabilities(decoder, b);
    float[] divergence = new float[ROWS];
    for (int n = 0; n < ROWS; n++) {
      double sum = 0;
      for (int v = 0; v < p[n].length; v++) {
        sum += Math.exp(p[n][v]) * (p[n][v] - q[n][v]);
      }
      divergence[n] = (float) sum;
    }
    return divergence;
  }

  private static double[][] logProbabilities(Decoder decoder, float[] h) {
    Kernels kernels = decoder.kernels();
    try (NDManager scope = kernels.runtime().newScope()) {
      NDArray states = kernels.upload(scope, h, new Shape(ROWS, h.length / ROWS));
      float[] flat = LanguageModel.base(decoder).logits(scope, states).toFloatArray();
      int vocab = flat.length / ROWS;
      double[][] logs = new double[ROWS][vocab];
      for (int n = 0; n < ROWS; n++) {
        double mass = 0;
        for (int v = 0; v < vocab; v++) {
          mass += Math.exp(flat[n * vocab + v]);
        }
        for (int v = 0; v < vocab; v++) {
          logs[n][v] = flat[n * vocab + v] - Math.log(mass);
        }
      }
      return logs;
    }
  }

  private static float[] numbers(long seed, int size) {
    Random random = new Random(seed);
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }
}
