package dev.alluvium.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.lora.Targets;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Activations that are calculated again give the same weights, bit for bit. */
final class RecomputationTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anAdapterWithDropoutLearnsTheSame(int segmentLayers) throws IOException {
    try (ParityFixture fixture = ParityFixture.open("qwen3-window-biased"); // 3 layers
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      Batch batch = Batch.of(fixture.examples());
      Map<String, float[]> kept = trainedAdapter(decoder, batch, 0);
      Map<String, float[]> again = trainedAdapter(decoder, batch, segmentLayers);
      assertThat(again).hasSameSizeAs(kept);
      kept.forEach((name, values) -> assertThat(again.get(name)).as(name).isEqualTo(values));
    }
  }

  private static Map<String, float[]> trainedAdapter(Decoder decoder, Batch batch, int segment) {
    LoraSettings settings = new LoraSettings(4, 8, 0.3, Targets.all(), false);
    try (LoraAdapter adapter = LoraAdapter.fresh(decoder, settings, 5)) {
      return trained(adapter.model(), adapter.parameters(), batch, segment);
    }
  }

  @Test
  void aWholeModelLearnsTheSame() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("qwen2-window"); // 3 layers
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder one = Decoder.loadTrainable(fixture.directory(), runtime);
        Decoder two = Decoder.loadTrainable(fixture.directory(), runtime)) {
      Batch batch = Batch.of(fixture.examples());
      Map<String, float[]> kept = trained(LanguageModel.base(one), one.parameters(), batch, 0);
      Map<String, float[]> again = trained(LanguageModel.base(two), two.parameters(), batch, 1);
      kept.forEach((name, values) -> assertThat(again.get(name)).as(name).isEqualTo(values));
    }
  }

  private static Map<String, float[]> trained(
      LanguageModel model, Parameters parameters, Batch batch, int segment) {
    Kernels kernels = model.kernels();
    try (AdamW optimizer = new AdamW(parameters, AdamWSettings.defaults(), kernels)) {
      TrainingStep step = new TrainingStep(model, optimizer, Normalise.TOKEN, segment);
      for (int i = 0; i < 3; i++) {
        assertThat(step.step(batch, 1e-2).skipped()).isFalse();
      }
      Map<String, float[]> values = new LinkedHashMap<>();
      for (Parameter parameter : parameters.list()) {
        values.put(parameter.name(), kernels.download(parameter.value()));
      }
      return values;
    }
  }
}
