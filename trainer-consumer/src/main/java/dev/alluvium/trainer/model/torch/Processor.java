package dev.alluvium.trainer.model.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What libtorch finds in the processor. */
public final class Processor {
  /**
   * Any of them, and oneDNN multiplies matrices of bfloat16; without, libtorch does it number by
   * number.
   */
  private static final List<String> MULTIPLY_BFLOAT16 =
      List.of("avx512bw", "avx512_bf16", "amx_bf16", "avx_ne_convert");

  private Processor() {}

  /**
   * Why bfloat16 should not be calculated in here; nothing where it may, or where the processor
   * does not tell (other than x86, other than Linux).
   */
  public static Optional<String> tooSlowForBfloat16() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .flatMap(Processor::tooSlowForBfloat16);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static Optional<String> tooSlowForBfloat16(String flags) {
    return Arrays.stream(flags.split("\\s+")).anyMatch(MULTIPLY_BFLOAT16::contains)
        ? Optional.empty()
        : Optional.of(
            "bfloat16 is many times slower than float32 on this processor, which has neither AVX-512 nor AMX");
  }
}
