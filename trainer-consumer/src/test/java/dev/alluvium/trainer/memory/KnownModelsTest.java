package dev.alluvium.trainer.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Precision;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The estimate for a model whose numbers its makers and PEFT tell. */
final class KnownModelsTest {
  /** The shape of Llama 3.1 8B. */
  private static final DecoderSpec LLAMA_8B =
      DecoderSpec.llama(128_256, 4096, 32, 32, 8, 128, 14_336, 1e-5, 5e5, 131_072, false);

  private static StepShape step(Optional<LoraSettings> lora, int segmentLayers) {
    return new StepShape(LLAMA_8B, Precision.BFLOAT16, true, lora, 8, 512, 8 * 511, segmentLayers);
  }

  @Test
  void theWeightsAndAnAdapterOfEightBillionAreAsLargeAsTheirFiles() {
    MemoryEstimate adapter =
        MemoryEstimate.of(step(Optional.of(LoraSettings.allProjections(16, 32)), 0));
    assertThat(adapter.frozen()).isEqualTo(2 * 8_030_261_248L);
    assertThat(adapter.trained()).isEqualTo(16 * 41_943_040L);
    MemoryEstimate full = MemoryEstimate.of(step(Optional.empty(), 0));
    assertThat(full.frozen()).isZero();
    assertThat(full.trained()).isEqualTo(16 * 8_030_261_248L);
  }

  /** 8 C + 2 (2 C + 2 C / 4 + 2 M) bytes per token and layer; the other layers keep their input. */
  @Test
  void layersKeepTheirArraysOrOnlyTheirInputs() {
    Optional<LoraSettings> lora = Optional.of(LoraSettings.allProjections(16, 32));
    long layer = 8 * 4096 + 2 * (2 * 4096 + 2 * 1024 + 2 * 14_336);
    assertThat(MemoryEstimate.of(step(lora, 0)).kept()).isEqualTo(4096L * 32 * layer);
    assertThat(MemoryEstimate.of(step(lora, 1)).kept()).isEqualTo(4096L * (31 * 4 * 4096 + layer));
  }

  @Test
  void aBatchThatIsTwiceAsLargeNeedsLessThanTwiceTheMemory() {
    StepShape eight = step(Optional.of(LoraSettings.allProjections(16, 32)), 1);
    long one = MemoryEstimate.of(eight).total();
    long two = MemoryEstimate.of(eight.withBatch(16)).total();
    assertThat(two).isBetween(one, 2 * one);
    assertThat(MemoryEstimate.cachePerToken(eight)).isEqualTo(2 * 32 * 8 * 128 * 2);
  }
}
