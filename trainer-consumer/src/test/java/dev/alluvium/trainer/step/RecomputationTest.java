package dev.alluvium.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.text.TokenizedExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Activations that are calculated again give the same weights, bit for bit, and need less room. */
final class RecomputationTest {
  private static final DecoderSpec TWELVE =
      DecoderSpec.llama(200, 128, 12, 4, 2, 32, 344, 1e-5, 1e4, 256, true);

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
    LoraSettings settings =
        new LoraSettings(4, 8, 0.3, EnumSet.allOf(dev.alluvium.trainer.model.Projection.class));
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

  /** What a step adds to the resident memory, at its highest point, on twelve layers. */
  @Test
  @EnabledOnOs(OS.LINUX) // reads the highest point from /proc
  void twelveLayersNeedAtMostFourTenthsOfTheRoom() throws IOException {
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.initialise(TWELVE, 1, runtime);
        LoraAdapter adapter = LoraAdapter.fresh(decoder, LoraSettings.allProjections(8, 16), 1);
        AdamW optimizer =
            new AdamW(adapter.parameters(), AdamWSettings.defaults(), decoder.kernels())) {
      int[] ids = new int[256];
      boolean[] trained = new boolean[256];
      Arrays.setAll(ids, t -> t * 7 % 200);
      Arrays.fill(trained, 250, 256, true);
      TokenizedExample example = new TokenizedExample(ids, trained);
      TrainingStep again = new TrainingStep(adapter.model(), optimizer, Normalise.TOKEN, 1);
      TrainingStep kept = new TrainingStep(adapter.model(), optimizer, Normalise.TOKEN, 0);
      again.step(Batch.of(List.of(example)), 1e-4); // what the first step alone adds
      long before = kibibytes("VmRSS:");
      Batch batch = Batch.of(Collections.nCopies(16, example));
      Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // forgets the highest point
      again.step(batch, 1e-4);
      long small = kibibytes("VmHWM:") - before;
      kept.step(batch, 1e-4);
      long large = kibibytes("VmHWM:") - before;
      System.out.printf("room of a step in KiB: %d kept, %d again%n", large, small);
      assertThat(small).isPositive().isLessThan(large * 4 / 10);
    }
  }

  private static long kibibytes(String field) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .map(line -> Long.valueOf(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }
}
