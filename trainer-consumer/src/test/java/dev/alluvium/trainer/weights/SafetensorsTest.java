package dev.alluvium.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading, against files that the reference library wrote (parity/make_weights_fixtures.py). */
class SafetensorsTest {
  private static final Path FIXTURES = Path.of("src/test/resources/weights");

  @TempDir Path directory;

  @Test
  void readsWhatTheReferenceLibraryWrote() {
    try (Safetensors weights = Safetensors.open(FIXTURES.resolve("mixed.safetensors"))) {
      assertThat(weights.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(weights.tensors().keySet())
          .containsExactly("empty", "layer.a", "layer.b", "scalar", "vector é");
      float[] grid = weights.all("layer.b");
      for (int i = 0; i < 12; i++) {
        assertThat(grid[i]).isEqualTo((i - 5.5f) / 7);
      }
      assertThat(weights.rows("layer.b", 1, 3)).containsExactly(Arrays.copyOfRange(grid, 4, 12));
      for (int i = 0; i < 12; i++) {
        assertThat(weights.all("layer.a")[i])
            .isEqualTo(Float.intBitsToFloat(FloatCodec.toBfloat16(grid[i]) << 16));
      }
      assertThat(weights.info("layer.a").shape()).containsExactly(3L, 4L);
      assertThat(weights.all("scalar")).containsExactly(2.5f);
      assertThat(weights.all("vector é")).containsExactly(1f, -0f, Float.POSITIVE_INFINITY);
      assertThat(weights.all("empty")).isEmpty();
      assertThat(weights.raw("scalar", 0, 1).getFloat()).isEqualTo(2.5f);
    }
  }

  @Test
  void readsHalvesOfEveryExponentExactly() {
    try (Safetensors weights = Safetensors.open(FIXTURES.resolve("halves.safetensors"))) {
      float[] half = weights.all("half");
      float[] expected = weights.all("float");
      assertThat(half).hasSize(5042);
      for (int i = 0; i < half.length; i++) {
        assertThat(Float.floatToIntBits(half[i])).isEqualTo(Float.floatToIntBits(expected[i]));
      }
    }
  }

  @Test
  void readsRowsIntoAnArrayThatIsUsedAgain() {
    try (Safetensors weights = Safetensors.open(FIXTURES.resolve("mixed.safetensors"))) {
      float[] target = {9, 9, 9, 9, 9};
      weights.rows("layer.b", 2, 3, target);
      assertThat(target).startsWith(weights.rows("layer.b", 2, 3)).endsWith(9f);
      assertThatThrownBy(() -> weights.rows("layer.b", 0, 2, target))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("need 8 floats, got 5");
      assertThatThrownBy(() -> weights.rows("layer.b", 1, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has rows 0 to 3, asked for 1 to 4");
    }
  }

  @Test
  void namesTheNeighboursOfAnUnknownTensor() {
    try (Safetensors weights = Safetensors.open(FIXTURES.resolve("mixed.safetensors"))) {
      assertThatThrownBy(() -> weights.all("layer.aa"))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("no tensor layer.aa")
          .hasMessageContaining("layer.a and layer.b");
    }
  }

  @Test
  void listsMissingExtraAndReshapedTensors() {
    try (Safetensors weights = Safetensors.open(FIXTURES.resolve("mixed.safetensors"))) {
      TensorDifferences differences =
          weights.differences(
              Map.of(
                  "layer.a", List.of(4L, 3L),
                  "layer.b", List.of(3L, 4L),
                  "layer.c", List.of(7L),
                  "scalar", List.of(),
                  "empty", List.of(0L, 4L)));
      assertThat(differences.missing()).containsExactly("layer.c [7]");
      assertThat(differences.extra()).containsExactly("vector é [3]");
      assertThat(differences.reshaped()).containsExactly("layer.a is [3, 4], wanted [4, 3]");
      assertThat(differences.describe())
          .isEqualTo(
              "missing: layer.c [7]; not wanted: vector é [3];"
                  + " of another shape: layer.a is [3, 4], wanted [4, 3]");
    }
  }

  @Test
  void readsShardsThroughTheirIndex() throws IOException {
    writeOne("one.safetensors", "a", 1f);
    writeOne("two.safetensors", "b", 2f);
    index("{'weight_map': {'a': 'one.safetensors', 'b': 'two.safetensors'}}");
    try (Safetensors weights = Safetensors.open(directory)) {
      assertThat(weights.tensors().keySet()).containsExactly("a", "b");
      assertThat(weights.all("b")).containsExactly(2f);
    }
  }

  @Test
  void refusesAnIndexThatDisagreesWithItsShards() throws IOException {
    writeOne("one.safetensors", "a", 1f);
    index("{'weight_map': {'a': 'one.safetensors', 'b': 'one.safetensors'}}");
    assertThatThrownBy(() -> Safetensors.open(directory))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("in the index only [b]");
    index("{'weight_map': {'a': '../one.safetensors'}}");
    assertThatThrownBy(() -> Safetensors.open(directory))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("expected NAME.safetensors");
    index("{'weight_map': {}}");
    assertThatThrownBy(() -> Safetensors.open(directory)).hasMessageContaining("no weight_map");
  }

  @Test
  void refusesPicklesAndSaysWhy() throws IOException {
    Path pickle = Files.write(directory.resolve("pytorch_model.bin"), new byte[] {1});
    assertThatThrownBy(() -> Safetensors.open(pickle))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("runs the code in it");
    assertThatThrownBy(() -> Safetensors.open(directory))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("pickled weights are refused");
  }

  private void writeOne(String file, String name, float value) {
    new SafetensorsWriter()
        .add(name, TensorType.F32, List.of(1L), new float[] {value})
        .write(directory.resolve(file));
  }

  private void index(String json) throws IOException {
    Files.writeString(directory.resolve(ShardIndex.INDEX), json.replace('\'', '"'));
  }
}
