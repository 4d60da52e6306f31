package dev.alluvium.trainer.model;

import static dev.alluvium.trainer.model.Projection.DOWN;
import static dev.alluvium.trainer.model.Projection.GATE;
import static dev.alluvium.trainer.model.Projection.K;
import static dev.alluvium.trainer.model.Projection.O;
import static dev.alluvium.trainer.model.Projection.Q;
import static dev.alluvium.trainer.model.Projection.UP;
import static dev.alluvium.trainer.model.Projection.V;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DecoderConfigTest {
  private static final String CONFIG =
      """
      {"model_type": "TYPE", "vocab_size": 100, "hidden_size": 48, "num_hidden_layers": 3,
       "num_attention_heads": 6, "intermediate_size": 80, "max_position_embeddings": 128,
       "rms_norm_eps": 1e-6, "hidden_act": "silu", "eos_token_id": 2, "dtype": "bfloat16"EXTRA}
      """;

  @TempDir Path directory;

  private DecoderSpec read(String type, String extra) throws IOException {
    String json =
        CONFIG.replace("TYPE", type).replace("EXTRA", extra.isEmpty() ? "" : ", " + extra);
    Files.writeString(directory.resolve("config.json"), json);
    return DecoderConfig.read(directory);
  }

  @Test
  void whatIsMissingFollowsFromTheRest() throws IOException {
    assertThat(read("llama", ""))
        .isEqualTo(DecoderSpec.llama(100, 48, 3, 6, 6, 8, 80, 1e-6, 1e4, 128, false));
  }

  /** As the configuration classes of transformers 5 fill them in. */
  @Test
  void absentHeadsAreThoseOfTheFamily() throws IOException {
    assertThat(read("mistral", "\"num_attention_heads\": 24").kvHeads()).isEqualTo(8);
    assertThat(read("mistral", "\"num_key_value_heads\": null").kvHeads()).isEqualTo(6);
    DecoderSpec qwen2 = read("qwen2", "\"num_attention_heads\": 32, \"hidden_size\": 64");
    assertThat(qwen2.kvHeads()).isEqualTo(32);
    assertThat(qwen2.headSize()).isEqualTo(2);
    DecoderSpec qwen3 = read("qwen3", "\"num_key_value_heads\": 2");
    assertThat(qwen3.headSize()).isEqualTo(128);
    assertThat(qwen3.headNorms()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"rope_theta\": 5e5",
        "\"rope_theta\": 5e5, \"rope_scaling\": null",
        "\"rope_theta\": 5e5, \"rope_scaling\": {\"type\": \"default\"}",
        "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500000}",
        "\"rope_theta\": 5e5, \"rope_parameters\": {\"rope_type\": \"default\"}"
      })
  void bothSpellingsOfTheRotaryBaseAreRead(String extra) throws IOException {
    assertThat(read("llama", extra).rope()).isEqualTo(Rope.plain(500_000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"rope_theta\": 5e5, \"rope_scaling\": {\"rope_type\": \"llama3\", NUMBERS}",
        "\"rope_theta\": 5e5, \"rope_scaling\": {\"type\": \"llama3\", NUMBERS}",
        "\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 5e5, NUMBERS}"
      })
  void bothSpellingsOfTheScalingAreRead(String extra) throws IOException {
    String numbers =
        """
        "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192""";
    assertThat(read("llama", extra.replace("NUMBERS", numbers)).rope())
        .isEqualTo(new Rope(5e5, new Rope.Stretch(32, 1, 4, 8192)));
  }

  @Test
  void biasesFollowTheFlagsOfTheFamily() throws IOException {
    assertThat(read("llama", "\"attention_bias\": true").biased())
        .containsExactlyInAnyOrder(Q, K, V, O);
    assertThat(read("llama", "\"mlp_bias\": true").biased())
        .containsExactlyInAnyOrder(GATE, UP, DOWN);
    assertThat(read("qwen2", "\"num_key_value_heads\": 2").biased())
        .containsExactlyInAnyOrder(Q, K, V);
    assertThat(read("qwen3", "\"num_key_value_heads\": 2, \"attention_bias\": true").biased())
        .containsExactlyInAnyOrder(Q, K, V, O);
    assertThat(read("mistral", "\"num_key_value_heads\": 2").biased()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mistral | \"sliding_window\": 7 | 7,7,7",
        "mistral | \"sliding_window\": null | 0,0,0",
        "mistral | \"max_window_layers\": 2 | 4096,4096,4096",
        "llama   | \"sliding_window\": 7 | 0,0,0",
        "qwen2   | \"sliding_window\": 7 | 0,0,0",
        "qwen2   | \"sliding_window\": 7, \"use_sliding_window\": true | 0,0,0",
        "qwen2   | \"sliding_window\": 7, \"use_sliding_window\": true, \"max_window_layers\": 1 | 0,7,7",
        "qwen3   | \"sliding_window\": 7, \"use_sliding_window\": true, \"layer_types\": [\"full_attention\", \"sliding_attention\", \"full_attention\"] | 0,7,0"
      })
  void windowsFollowTheRuleOfTheFamily(String type, String extra, String windows)
      throws IOException {
    assertThat(read(type, "\"num_key_value_heads\": 2, " + extra).windows())
        .isEqualTo(List.of(windows.split(",")).stream().map(Integer::valueOf).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8} | rope_scaling.low_freq_factor is missing: expected a number",
        "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 0.5, \"low_freq_factor\": 1, \"high_freq_factor\": 4} | factor 0.5",
        "\"rope_parameters\": {\"rope_type\": \"yarn\"} | rope_parameters is {\"rope_type\":\"yarn\"}: expected rope_type default or llama3",
        "\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2} | rope_scaling is {\"type\":\"dynamic\",\"factor\":2}",
        "\"rope_scaling\": {\"type\": \"longrope\"} | rope_scaling is {\"type\":\"longrope\"}",
        "\"rope_scaling\": \"yarn\" | rope_scaling is \"yarn\": expected an object",
        "\"rope_parameters\": {\"full_attention\": {\"rope_type\": \"default\"}} | expected rope_type default or llama3",
        "\"rope_theta\": 0 | rope_theta is 0.0: expected more than 1",
        "\"partial_rotary_factor\": 0.5 | partial_rotary_factor is 0.5: expected 1",
        "\"attention_bias\": \"yes\" | attention_bias is \"yes\": expected true or false",
        "\"quantization_config\": {\"bits\": 4} | quantization_config is {\"bits\":4}",
        "\"rope_interleaved\": true | rope_interleaved is true",
        "\"hidden_act\": \"gelu\" | hidden_act is \"gelu\": expected silu",
        "\"num_key_value_heads\": 4 | kvHeads is 4: expected a divisor of heads, which is 6",
        "\"num_attention_heads\": 7 | num_attention_heads is 7: expected a divisor of hidden_size, which is 48",
        "\"num_hidden_layers\": 2000000000 | num_hidden_layers is 2000000000: expected at most 1000",
        "\"vocab_size\": \"many\" | vocab_size is \"many\": expected a whole number",
        "\"vocab_size\": 1e30 | vocab_size is 1.0E30: expected a whole number",
        "\"model_type\": \"mamba\" | model_type is \"mamba\": expected one of [llama, mistral, qwen2, qwen3]",
        "\"model_type\": null | model_type is null"
      })
  void refusesWhatItDoesNotCalculateByKeyAndValue(String extra, String message) {
    assertThatThrownBy(() -> read("llama", extra))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(directory.resolve("config.json") + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "qwen2 | \"layer_types\": [\"full_attention\", \"sliding_attention\", \"full_attention\"] | as no window is set",
        "qwen2 | \"use_sliding_window\": true, \"layer_types\": [\"full_attention\"] | expected 3 entries",
        "qwen3 | \"use_sliding_window\": true, \"layer_types\": [\"linear_attention\", \"full_attention\", \"full_attention\"] | sliding_attention or full_attention for each layer",
        "qwen3 | \"use_sliding_window\": true, \"sliding_window\": 0, \"max_window_layers\": 0 | sliding_window is 0: expected 1 or more",
        "mistral | \"layer_types\": [\"full_attention\", \"sliding_attention\", \"full_attention\"] | all of them sliding_attention"
      })
  void refusesLayersThatContradictTheWindow(String type, String extra, String message) {
    assertThatThrownBy(() -> read(type, "\"num_key_value_heads\": 2, " + extra))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aWrittenConfigIsReadBack() {
    DecoderSpec spec = DecoderSpec.llama(90, 32, 2, 4, 2, 16, 48, 1e-5, 2e4, 64, true);
    DecoderConfig.write(spec, directory);
    assertThat(DecoderConfig.read(directory)).isEqualTo(spec);
  }

  @Test
  void onlyAPlainLlamaIsWritten() throws IOException {
    DecoderSpec qwen = read("qwen2", "\"num_key_value_heads\": 2");
    assertThatThrownBy(() -> DecoderConfig.write(qwen, directory))
        .hasMessageContaining("is not a plain Llama decoder");
  }
}
