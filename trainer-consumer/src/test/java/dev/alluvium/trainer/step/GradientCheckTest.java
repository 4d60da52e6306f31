package dev.alluvium.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gradient of each way to average the loss agrees with finite differences of that loss. */
final class GradientCheckTest {
  @ParameterizedTest
  @EnumSource(Normalise.class)
  void gradientNormIsTheSlopeOfTheLossAlongTheGradient(Normalise normalise) throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      Kernels kernels = decoder.kernels();
      Batch batch = Batch.of(fixture.examples());
      List<float[]> start = new ArrayList<>();
      adapter.parameters().list().forEach(p -> start.add(kernels.download(p.value())));
      // With betas of 0, a huge eps and no decay, AdamW moves by lr * g / eps: the gradient itself.
      AdamWSettings plain = new AdamWSettings(0, 0, 1e6, 0, 1e9);
      double norm;
      List<float[]> direction = new ArrayList<>();
      try (AdamW optimizer = new AdamW(adapter.parameters(), plain, kernels)) {
        norm =
            new TrainingStep(adapter.model(), optimizer, normalise).step(batch, 1e6).gradientNorm();
      }
      for (int i = 0; i < start.size(); i++) {
        float[] moved = kernels.download(adapter.parameters().list().get(i).value());
        direction.add(difference(start.get(i), moved, norm));
      }
      double h = 2e-3;
      double up = lossAt(adapter, normalise, batch, start, direction, h);
      double down = lossAt(adapter, normalise, batch, start, direction, -h);
      assertThat((up - down) / (2 * h)).isCloseTo(norm, within(2e-3 * norm));
    }
  }

  /** The masks of the way back are those of the way forward. */
  @Test
  void theGradientUnderDropoutIsTheSlopeOfTheLossUnderTheSameMasks(@TempDir Path directory)
      throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-scaled-biased");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, dropping(fixture, directory), 5)) {
      assertThat(adapter.settings().dropout()).isEqualTo(0.3);
      Batch batch = Batch.of(fixture.examples());
      Gradients gradients = Gradients.of(adapter.model(), adapter.parameters(), batch, 1000);
      double norm = 0;
      for (float[] gradient : gradients.values().values()) {
        for (float g : gradient) {
          norm += g * g;
        }
      }
      norm = Math.sqrt(norm);
      double h = 2e-3;
      move(adapter, gradients, h / norm);
      double up = Gradients.of(adapter.model(), adapter.parameters(), batch, 1000).loss();
      move(adapter, gradients, -2 * h / norm);
      double down = Gradients.of(adapter.model(), adapter.parameters(), batch, 1000).loss();
      assertThat((up - down) / (2 * h)).isCloseTo(norm, within(2e-3 * norm));
    }
  }

  private static Path dropping(ParityFixture fixture, Path directory) throws IOException {
    String config = Files.readString(fixture.adapter().resolve("adapter_config.json"));
    Files.writeString(
        directory.resolve("adapter_config.json"),
        config.replaceFirst("\"lora_dropout\": 0.0", "\"lora_dropout\": 0.3"));
    Files.copy(
        fixture.adapter().resolve("adapter_model.safetensors"),
        directory.resolve("adapter_model.safetensors"));
    return directory;
  }

  private static void move(LoraAdapter adapter, Gradients along, double step) {
    Kernels kernels = adapter.model().kernels();
    for (Parameter parameter : adapter.parameters().list()) {
      float[] values = kernels.download(parameter.value());
      float[] slope = along.values().get(parameter.name());
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (step * slope[i]);
      }
      kernels.assign(parameter.value(), values);
    }
  }

  private static float[] difference(float[] from, float[] to, double norm) {
    float[] unit = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      unit[i] = (float) ((from[i] - to[i]) / norm);
    }
    return unit;
  }

  /** The averaged loss, written out from the scores of the examples. */
  private static double lossAt(
      LoraAdapter adapter,
      Normalise normalise,
      Batch batch,
      List<float[]> start,
      List<float[]> direction,
      double h) {
    for (int i = 0; i < start.size(); i++) {
      Parameter parameter = adapter.parameters().list().get(i);
      float[] values = start.get(i).clone();
      for (int j = 0; j < values.length; j++) {
        values[j] += (float) (h * direction.get(i)[j]);
      }
      adapter.model().kernels().assign(parameter.value(), values);
    }
    List<Score> scores = new Scorer(adapter.model()).score(batch);
    if (normalise == Normalise.EXAMPLE) {
      return scores.stream().mapToDouble(s -> s.nllSum() / s.tokens()).average().orElseThrow();
    }
    return scores.stream().mapToDouble(Score::nllSum).sum()
        / scores.stream().mapToInt(Score::tokens).sum();
  }
}
