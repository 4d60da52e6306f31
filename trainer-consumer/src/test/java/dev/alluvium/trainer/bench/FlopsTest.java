package dev.alluvium.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.lora.Targets;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

final class FlopsTest {
  /** Width 4, two heads of 2 on one, mlp 6: every number small enough to count by hand. */
  private static final DecoderSpec SPEC =
      DecoderSpec.llama(10, 4, 3, 2, 1, 2, 6, 1e-5, 1e4, 64, false);

  @Test
  void aStepCountsMatricesPairsAttentionAndHead() {
    LoraSettings lora =
        new LoraSettings(2, 4, 0, Targets.of(EnumSet.of(Projection.Q, Projection.DOWN)), false);
    // q 4x4, k and v 2x4, o 4x4, gate and up 6x4, down 4x6: 16 + 8 + 8 + 16 + 24 + 24 + 24 = 120
    double matrices = 4 * 120;
    double pairs = 6 * 2 * ((4 + 4) + (6 + 4));
    double attention = 3 * (2 + 2) * 3 * 2 * 2; // 5 tokens see 3 on average, in 2 heads of 2
    double head = 4 * 10 * 4 * 7;
    assertThat(Flops.adapterStep(SPEC, lora, 2, 5, 7))
        .isEqualTo(3 * 10 * (matrices + pairs + attention) + head);
  }

  @Test
  void theMedianIsTheMiddle() {
    assertThat(Medians.of(3, 1, 2)).isEqualTo(2);
    assertThat(Medians.of(4, 1, 2, 3)).isEqualTo(2.5);
    assertThat(Medians.of(7)).isEqualTo(7);
  }
}
