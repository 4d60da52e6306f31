package dev.alluvium.trainer.model.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which processors are told not to calculate in bfloat16. */
class ProcessorTest {
  @Test
  void oneWithoutWideVectorsIs() {
    assertThat(Processor.tooSlowForBfloat16("flags\t\t: fpu sse2 avx2 fma")).isPresent();
  }

  @Test
  void oneWithAvx512OrAmxIsNot() {
    assertThat(Processor.tooSlowForBfloat16("flags\t\t: avx2 avx512f avx512bw")).isEmpty();
    assertThat(Processor.tooSlowForBfloat16("flags\t\t: avx2 amx_bf16")).isEmpty();
  }
}
