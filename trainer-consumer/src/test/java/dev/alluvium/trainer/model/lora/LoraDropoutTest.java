package dev.alluvium.trainer.model.lora;

import static dev.alluvium.trainer.ParityFixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.Pass;
import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/**
 * Dropout on the last linear map of a one-layer decoder: its output is linear in what is hidden.
 */
final class LoraDropoutTest {
  private static final DecoderSpec SPEC =
      DecoderSpec.llama(20, 8, 1, 2, 2, 4, 16, 1e-5, 1e4, 16, true);
  private static final LoraSettings SETTINGS =
      new LoraSettings(2, 2, 0.5, Targets.of(EnumSet.of(Projection.DOWN)), false);
  private static final long[] IDS = {3, 1, 4, 1, 5};

  @Test
  void masksFollowTheDrawAndAverageOut() {
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.initialise(SPEC, 1, runtime);
        LoraAdapter adapter = LoraAdapter.fresh(decoder, SETTINGS, 2)) {
      float[] b = new float[8 * 2];
      Arrays.fill(b, 500f); // against the small weights of a new decoder
      decoder.kernels().assign(adapter.parameters().list().get(1).value(), b);

      float[] without = hidden(adapter, Pass.infer());
      float[] first = hidden(adapter, Pass.train(1));
      assertThat(hidden(adapter, Pass.train(1))).isEqualTo(first);
      assertThat(hidden(adapter, Pass.train(2))).isNotEqualTo(first);
      assertThat(first).isNotEqualTo(without);

      int draws = 1500;
      float[] mean = new float[without.length];
      double variance = 0;
      for (int draw = 0; draw < draws; draw++) {
        float[] one = hidden(adapter, Pass.train(draw));
        for (int i = 0; i < mean.length; i++) {
          mean[i] += one[i] / draws;
          variance = Math.max(variance, Math.pow(one[i] - without[i], 2));
        }
      }
      // The largest single deviation bounds the standard deviation; five standard errors of the
      // mean.
      assertClose(mean, without, 5 * Math.sqrt(variance / draws), "mean over draws");
    }
  }

  private static float[] hidden(LoraAdapter adapter, Pass pass) {
    try (NDManager scope = adapter.model().kernels().runtime().newScope()) {
      var ids = adapter.model().kernels().upload(scope, IDS, new Shape(1, IDS.length));
      return adapter.model().hidden(scope, pass, ids).toFloatArray();
    }
  }
}
