package dev.alluvium.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  private static final Path FIXTURES = Path.of("src/test/resources/weights");

  @TempDir Path directory;

  @Test
  void writesTheBytesOfTheReferenceLibraryInWhateverOrderTensorsCome() throws IOException {
    Path reference = FIXTURES.resolve("mixed.safetensors");
    Path ours = directory.resolve("ours.safetensors");
    try (Safetensors weights = Safetensors.open(reference)) {
      SafetensorsWriter writer = new SafetensorsWriter();
      for (String name : List.of("vector é", "layer.a", "scalar", "empty", "layer.b")) {
        TensorInfo tensor = weights.info(name);
        writer.add(name, tensor.type(), tensor.shape(), weights.all(name));
      }
      writer.write(ours);
    }
    assertThat(ours).hasSameBinaryContentAs(reference);
    assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void roundsToBfloat16AsTorchDoes() {
    try (Safetensors weights = Safetensors.open(FIXTURES.resolve("rounding.safetensors"))) {
      float[] values = weights.all("float");
      float[] rounded = weights.all("rounded");
      for (int i = 0; i < values.length; i++) {
        assertThat(FloatCodec.toBfloat16(values[i]) << 16)
            .as("%a", values[i])
            .isEqualTo(Float.floatToRawIntBits(rounded[i]));
      }
    }
    assertThat(Float.intBitsToFloat(FloatCodec.toBfloat16(Float.NaN) << 16)).isNaN();
    // a NaN whose payload sits in the low half only must not become infinity
    assertThat(Float.intBitsToFloat(FloatCodec.toBfloat16(Float.intBitsToFloat(0x7f800001)) << 16))
        .isNaN();
  }

  @Test
  void returnsFloatsUnchangedWhenTensorsSpanSeveralBlocks() {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(7L);
    int rows = 70;
    int rowSize = 3000; // more than one block in all, and no divisor of one
    float[] values = new float[rows * rowSize];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt() & 0xbfffffff);
    }
    float[] wide = new float[200_000]; // one row larger than a block
    wide[199_999] = 4;
    Path file = directory.resolve("model.safetensors");
    new SafetensorsWriter()
        .add("many", TensorType.F32, List.of((long) rows, (long) rowSize), values)
        .add("wide", TensorType.BF16, List.of(1L, 200_000L), wide)
        .write(file);
    try (Safetensors weights = Safetensors.open(directory)) {
      assertThat(weights.all("many")).isEqualTo(values);
      assertThat(weights.all("wide")).isEqualTo(wide);
      assertThat(weights.rows("many", 33, 34))
          .containsExactly(Arrays.copyOfRange(values, 33 * rowSize, 34 * rowSize));
    }
  }

  /**
   * Every half comes back; what lies between two goes to the nearer one, in the middle to the even
   * one.
   */
  @Test
  void halvesRoundToNearestEven() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      float half = FloatCodec.halfToFloat((short) bits);
      if (Float.isNaN(half)) {
        assertThat(FloatCodec.halfToFloat(FloatCodec.toHalf(half))).isNaN();
        continue;
      }
      assertThat(FloatCodec.toHalf(half)).isEqualTo((short) bits);
      float next = FloatCodec.halfToFloat((short) (bits + 1));
      if ((bits & 0x7fff) < 0x7bff) { // two finite neighbours, away from zero
        float middle = (half + next) / 2; // exact: one bit more than a half has
        int even = (bits & 1) == 0 ? bits : bits + 1;
        assertThat(FloatCodec.toHalf(middle)).isEqualTo((short) even);
        assertThat(FloatCodec.toHalf(Math.nextAfter(middle, half))).isEqualTo((short) bits);
        assertThat(FloatCodec.toHalf(Math.nextAfter(middle, next))).isEqualTo((short) (bits + 1));
      }
    }
    assertThat(FloatCodec.toHalf(Math.nextDown(65520f))).isEqualTo((short) 0x7bff);
    assertThat(FloatCodec.toHalf(65520f)).isEqualTo((short) 0x7c00);
    assertThat(FloatCodec.toHalf(-1e30f)).isEqualTo((short) 0xfc00);
  }

  @Test
  void refusesWrongSizesNamesAndTypes() {
    SafetensorsWriter writer =
        new SafetensorsWriter().add("a", TensorType.F32, List.of(1L), new float[1]);
    assertThatThrownBy(() -> writer.add("b", TensorType.F32, List.of(2L, 2L), new float[3]))
        .hasMessageContaining("which is 4 values; got 3");
    assertThatThrownBy(() -> writer.add("a", TensorType.F32, List.of(1L), new float[1]))
        .hasMessageContaining("a is taken");
    assertThatThrownBy(() -> writer.add("c", TensorType.I8, List.of(1L), new float[1]))
        .hasMessageContaining("only F32, F16 and BF16");
    writer.add("short", TensorType.F32, List.of(3L), (from, to) -> new float[1]);
    assertThatThrownBy(() -> writer.write(directory.resolve("x.safetensors")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("came as 1 values");
  }
}
