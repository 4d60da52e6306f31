package dev.alluvium.trainer.weights;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that lies about itself is refused by its header, with the reason. */
class SafetensorsHeaderTest {
  private static final Path GOOD = Path.of("src/test/resources/weights/mixed.safetensors");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 8, 40, 300})
  void refusesATruncatedFileWhereverItIsCut(int bytes) throws IOException {
    Path cut = directory.resolve("cut.safetensors");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(GOOD), bytes));
    assertThatThrownBy(() -> Safetensors.open(cut))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("cut.safetensors");
  }

  @Test
  void refusesBytesAfterTheLastTensor() throws IOException {
    byte[] good = Files.readAllBytes(GOOD);
    Path longer = Files.write(directory.resolve("x"), Arrays.copyOf(good, good.length + 1));
    assertThatThrownBy(() -> Safetensors.open(longer))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("truncated or damaged");
  }

  @Test
  void refusesAHeaderLargerThanTheFile() throws IOException {
    for (long announced : new long[] {1 << 20, Long.MAX_VALUE, -1}) {
      ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putLong(announced);
      Path file = Files.write(directory.resolve("x"), bytes.array());
      assertThatThrownBy(() -> Safetensors.open(file))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("at most 24 are possible");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[]|does not start with",
        "{'a':|not valid JSON",
        "{'a':1,'a':2}|not valid JSON",
        "{'a':{'dtype':'F32'}}|lacks dtype, shape or data_offsets",
        "{'a':{'dtype':'F31','shape':[1],'data_offsets':[0,4]}}|element type F31",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|takes 8 bytes",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|expected a whole number",
        "{'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}|expected a whole number",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}|takes 4 bytes",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]}}|impossible shape",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[9223372036854775806,9223372036854775807]}}|beyond any file",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|without gap or overlap",
        "{'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]},'b':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}|without gap or overlap",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'b':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}|without gap or overlap",
        "{'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]}}|truncated or damaged",
        "{'__metadata__':{'k':1},'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}|not a string",
      })
  void refusesAHeaderThatContradictsItselfOrTheFile(String header, String reason)
      throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    Path file = Files.write(directory.resolve("x.safetensors"), bytes.array());
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void saysThatAFileDoesNotExist() {
    assertThatThrownBy(() -> Safetensors.open(directory.resolve("absent.safetensors")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> Safetensors.open(directory))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("holds neither model.safetensors nor");
  }
}
