package dev.alluvium.trainer.model;

import static dev.alluvium.trainer.ParityFixture.assertClose;
import static dev.alluvium.trainer.ParityFixture.flat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchException;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.step.StepReport;
import dev.alluvium.trainer.step.TrainingStep;
import dev.alluvium.trainer.weights.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DecoderTest {
  private static final DecoderSpec SPEC =
      DecoderSpec.llama(50, 16, 2, 2, 1, 8, 24, 1e-5, 1e4, 700, false);
  private static final int[] IDS = {4, 9, 16, 25};

  @TempDir Path directory;

  @Test
  void aNewDecoderDependsOnTheSeedAloneAndIsReadBackBitForBit() {
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.initialise(SPEC, 1, runtime);
        Decoder same = Decoder.initialise(SPEC, 1, runtime);
        Decoder other = Decoder.initialise(SPEC, 2, runtime)) {
      float[] logits = flat(LanguageModel.base(decoder).logits(IDS));
      assertThat(flat(LanguageModel.base(same).logits(IDS))).isEqualTo(logits);
      assertThat(flat(LanguageModel.base(other).logits(IDS))).isNotEqualTo(logits);
      decoder.save(directory, TensorType.F32);
      try (Decoder read = Decoder.load(directory, runtime)) {
        assertThat(read.spec()).isEqualTo(SPEC);
        assertThat(read.parameters().list()).isEmpty();
        assertThat(flat(LanguageModel.base(read).logits(IDS))).isEqualTo(logits);
      }
    }
  }

  @Test
  void matrixWeightsAreAllButTheTokenTableAndTheNorms() {
    long sum =
        DecoderLayout.shapes(SPEC).entrySet().stream()
            .filter(e -> e.getValue().size() == 2 && !e.getKey().equals(DecoderLayout.TABLE))
            .mapToLong(e -> e.getValue().get(0) * e.getValue().get(1))
            .sum();
    assertThat(SPEC.matrixWeights()).isEqualTo(sum);
  }

  /**
   * The table of rotary angles starts shorter than this sequence; earlier positions must not move
   * when it grows.
   */
  @Test
  void aLongSequenceBeginsLikeAShortOne() {
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.initialise(SPEC, 3, runtime)) {
      int[] ids = new int[650];
      for (int t = 0; t < ids.length; t++) {
        ids[t] = t * 7 % 50;
      }
      LanguageModel model = LanguageModel.base(decoder);
      float[] first = flat(model.logits(java.util.Arrays.copyOf(ids, 20)));
      float[][] all = model.logits(ids);
      assertClose(flat(java.util.Arrays.copyOf(all, 20)), first, 1e-5, "first positions");
      assertThatThrownBy(() -> model.logits(new int[701]))
          .hasMessageContaining("sequence of 701 positions: the model takes 700 at most");
    }
  }

  @Test
  void refusesWeightsThatAreNotThoseOfTheConfigByName() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE)) {
      String config = Files.readString(fixture.directory().resolve("config.json"));
      Files.writeString(
          directory.resolve("config.json"),
          config.replace("\"intermediate_size\": 64", "\"intermediate_size\": 65"));
      Files.copy(
          fixture.directory().resolve("model.safetensors"), directory.resolve("model.safetensors"));
      assertThatThrownBy(() -> Decoder.load(directory, runtime))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("model.layers.0.mlp.down_proj.weight is [32, 64], wanted [32, 65]");
    }
  }

  /** What is trained stays in float32 under a decoder in bfloat16. */
  @Test
  void bfloat16TrainsOnFloat32Masters() throws IOException {
    Compute compute = new Compute("cpu", Precision.BFLOAT16, 1);
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(compute);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0);
        AdamW optimizer =
            new AdamW(adapter.parameters(), AdamWSettings.defaults(), decoder.kernels())) {
      TrainingStep step = new TrainingStep(adapter.model(), optimizer, Normalise.TOKEN);
      float[] before = decoder.kernels().download(adapter.parameters().list().get(0).value());
      StepReport first = step.step(Batch.of(fixture.examples()), 1e-6);
      float[] after = decoder.kernels().download(adapter.parameters().list().get(0).value());
      // A change of 1e-6 is lost in bfloat16 and kept in float32.
      assertClose(after, before, 1.1e-6, "adapter after a tiny step");
      assertThat(after).isNotEqualTo(before);
      StepReport last = first;
      for (int i = 0; i < 10; i++) {
        last = step.step(Batch.of(fixture.examples()), 1e-2);
      }
      assertThat(last.loss()).isLessThan(first.loss() - 1);
    }
  }

  @Test
  void aMissingGpuIsSaidWithWhatToDo() {
    Compute none = new Compute("cuda:99", Precision.FLOAT32, 1);
    assertThatThrownBy(() -> TorchRuntime.open(none))
        .isInstanceOf(TorchException.class)
        .hasMessageContaining("device is cuda:99")
        .hasMessageContaining("Use device cpu");
  }
}
