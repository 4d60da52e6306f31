package dev.alluvium.trainer.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.model.generate.GenerationSettings.Sampling;
import dev.alluvium.trainer.model.torch.GenerationKernels;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Draws from known probabilities against closed forms. */
final class SamplingTest {
  private static final int DRAWS = 40_000;

  /**
   * Logits of log 2, 4, 1, 3 are the probabilities .2, .4, .1, .3; at temperature 0.5 they are
   * squared first.
   */
  private static final float[] LOGITS = {
    (float) Math.log(2), (float) Math.log(4), 0, (float) Math.log(3)
  };

  @ParameterizedTest
  @CsvSource({
    "1,   0, 1,    .2, .4, .1, .3",
    "0.5, 0, 1,    .13333, .53333, .03333, .3",
    "1,   2, 1,    0, .57143, 0, .42857",
    "1,   9, 1,    .2, .4, .1, .3",
    "1,   0, .65,  0, .57143, 0, .42857",
    "1,   0, .75,  .22222, .44444, 0, .33333",
    "1,   0, .01,  0, 1, 0, 0",
    "1,   3, .7,   0, .57143, 0, .42857",
    "0,   0, 1,    0, 1, 0, 0",
    "1e-20, 0, 1,  0, 1, 0, 0",
    "1e-40, 0, 1,  0, 1, 0, 0",
    "1e-300, 0, 1, 0, 1, 0, 0"
  })
  void drawsFollowTemperatureTopKAndTopP(
      double temperature, int topK, double topP, double p0, double p1, double p2, double p3) {
    GenerationKernels.Choosing how = new GenerationKernels.Choosing(4, temperature, topK, topP);
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(3);
    float[] uniform = new float[DRAWS];
    float[] rows = new float[4 * DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      uniform[i] = random.nextFloat();
      System.arraycopy(LOGITS, 0, rows, 4 * i, 4);
    }
    int[] counts = new int[4];
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Kernels kernels = Kernels.load(runtime, new Kernels.Constants(1, 1, 2, 1e-5));
        NDManager scope = runtime.newScope()) {
      NDArray z = kernels.upload(scope, rows, new Shape(DRAWS, 4));
      GenerationKernels.Choice choice = kernels.generation().choose(scope, z, uniform, how);
      long[] ids = choice.ids().toLongArray();
      float[] logprobs = choice.logprobs().toFloatArray();
      for (int i = 0; i < DRAWS; i++) {
        counts[(int) ids[i]]++;
        double own = Math.exp(LOGITS[(int) ids[i]]) / 10;
        assertThat((double) logprobs[i]).isCloseTo(Math.log(own), within(1e-5));
      }
    }
    double[] wanted = {p0, p1, p2, p3};
    for (int i = 0; i < 4; i++) { // five standard errors are at most 0.0125
      assertThat(counts[i] / (double) DRAWS).isCloseTo(wanted[i], within(0.0125));
      if (wanted[i] == 0) {
        assertThat(counts[i]).isZero();
      }
    }
  }

  /** The ends of [0, 1) give the first and the last token that can be drawn. */
  @Test
  void theEndsOfTheUniformNumbersAreTokens() {
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Kernels kernels = Kernels.load(runtime, new Kernels.Constants(1, 1, 2, 1e-5));
        NDManager scope = runtime.newScope()) {
      float[] twice = new float[8];
      System.arraycopy(LOGITS, 0, twice, 0, 4);
      System.arraycopy(LOGITS, 0, twice, 4, 4);
      NDArray z = kernels.upload(scope, twice, new Shape(2, 4));
      float[] ends = {0, Math.nextDown(1f)};
      assertThat(
              kernels
                  .generation()
                  .choose(scope, z, ends, new GenerationKernels.Choosing(4, 1, 0, 1))
                  .ids()
                  .toLongArray())
          .containsExactly(0, 3);
      assertThat(
              kernels
                  .generation()
                  .choose(scope, z, ends, new GenerationKernels.Choosing(4, 1, 3, 1))
                  .ids()
                  .toLongArray())
          .containsExactly(1, 0); // most likely first: 4, 3, 2
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1  | 0  | 1   | temperature is -1.0",
        "NaN | 0  | 1   | temperature is NaN",
        "1   | -1 | 1   | top k is -1",
        "1   | 0  | 0   | top p is 0.0",
        "1   | 0  | 1.1 | top p is 1.1"
      })
  void refusesSettingsOutOfBounds(double temperature, int topK, double topP, String message) {
    assertThatThrownBy(() -> new Sampling(temperature, topK, topP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
