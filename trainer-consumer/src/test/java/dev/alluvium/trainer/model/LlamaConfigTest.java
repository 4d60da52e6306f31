package dev.alluvium.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LlamaConfigTest {
  private static final String CONFIG =
      """
      {"model_type": "llama", "vocab_size": 100, "hidden_size": 48, "num_hidden_layers": 3,
       "num_attention_heads": 6, "intermediate_size": 80, "max_position_embeddings": 128,
       "rms_norm_eps": 1e-6, "hidden_act": "silu", "eos_token_id": 2, "dtype": "bfloat16"EXTRA}
      """;

  @TempDir Path directory;

  private DecoderSpec read(String extra) throws IOException {
    String json = CONFIG.replace("EXTRA", extra.isEmpty() ? "" : ", " + extra);
    Files.writeString(directory.resolve("config.json"), json);
    return LlamaConfig.read(directory);
  }

  @Test
  void whatIsMissingFollowsFromTheRest() throws IOException {
    assertThat(read("")).isEqualTo(new DecoderSpec(100, 48, 3, 6, 6, 8, 80, 1e-6, 1e4, 128, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"rope_theta\": 5e5",
        "\"rope_theta\": 5e5, \"rope_scaling\": null",
        "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500000}"
      })
  void bothSpellingsOfTheRotaryBaseAreRead(String extra) throws IOException {
    assertThat(read(extra).ropeTheta()).isEqualTo(500_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8} | rope_scaling is {\"rope_type\":\"llama3\",\"factor\":8}: expected rope_type default",
        "\"rope_parameters\": {\"rope_type\": \"yarn\"} | rope_parameters is {\"rope_type\":\"yarn\"}",
        "\"attention_bias\": true | attention_bias is true: expected false",
        "\"sliding_window\": 4096 | sliding_window is 4096: expected no such key",
        "\"quantization_config\": {\"bits\": 4} | quantization_config is {\"bits\":4}",
        "\"num_key_value_heads\": 4 | kvHeads is 4: expected a divisor of heads, which is 6",
        "\"vocab_size\": \"many\" | vocab_size is \"many\": expected a whole number",
        "\"model_type\": \"mamba\" | model_type is \"mamba\": expected llama"
      })
  void refusesWhatItDoesNotCalculateByKeyAndValue(String extra, String message) {
    assertThatThrownBy(() -> read(extra))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aWrittenConfigIsReadBack() throws IOException {
    DecoderSpec spec = new DecoderSpec(90, 32, 2, 4, 2, 16, 48, 1e-5, 2e4, 64, true);
    LlamaConfig.write(spec, directory);
    assertThat(LlamaConfig.read(directory)).isEqualTo(spec);
  }
}
