package dev.alluvium.trainer.model.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.model.Projection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which linear layers PEFT's ways of naming them reach, on a decoder of two layers. */
final class TargetsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[\"q_proj\", \"down_proj\"] ; 0.Q 0.DOWN 1.Q 1.DOWN",
        "[\"self_attn.v_proj\"] ; 0.V 1.V",
        "[\"model.layers.1.mlp.up_proj\"] ; 1.UP",
        "\".*(q|o)_proj\" ; 0.Q 0.O 1.Q 1.O",
        "\"model\\\\.layers\\\\.[1-9]\\\\..*mlp\\\\.(gate|up)_proj\" ; 1.GATE 1.UP",
        "\".*layers.0.*\" ; 0.Q 0.K 0.V 0.O 0.GATE 0.UP 0.DOWN",
        "\"all-linear\" ; 0.Q 0.K 0.V 0.O 0.GATE 0.UP 0.DOWN 1.Q 1.K 1.V 1.O 1.GATE 1.UP 1.DOWN",
        "[\"k_proj\"], \"layers_to_transform\": 1 ; 1.K",
        "[\"k_proj\"], \"layers_to_transform\": [0] ; 0.K"
      })
  void reachWhatPeftReaches(String modules, String wanted) throws IOException {
    Targets targets = read(modules).targets();
    targets.check(2);
    List<String> reached = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      for (Projection projection : Projection.values()) {
        if (targets.contains(layer, projection)) {
          reached.add(layer + "." + projection.name());
        }
      }
    }
    assertThat(reached).containsExactly(wanted.split(" "));
    PeftConfig.write(read(modules), "base", directory);
    assertThat(PeftConfig.read(directory).targets()).isEqualTo(targets);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"lm_head\"]", "\".*\"", "[\"embed_tokens\", \"q_proj\"]"})
  void refuseWhatIsNoLinearLayerOfALayer(String modules) throws IOException {
    Targets targets = read(modules).targets();
    assertThatThrownBy(() -> targets.check(2)).hasMessageContaining("target_modules reaches");
  }

  @Test
  void refuseWhatReachesNothingAndWhatIsNoExpression() throws IOException {
    Targets none = new Targets(List.of("q_proj"), "", Set.of(7));
    assertThatThrownBy(() -> none.check(2)).hasMessageContaining("target_modules has q_proj");
    assertThatThrownBy(() -> read("\"(q_proj\""))
        .hasMessageContaining("adapter_config.json")
        .hasMessageContaining("is no regular expression that can be used");
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("names or a regular expression");
    assertThatThrownBy(() -> read("7")).hasMessageContaining("target_modules is 7");
  }

  @Test
  @Timeout(10)
  void expressionsOfStrangersEnd() throws IOException {
    Targets endless = read("\"(([a-z_.]+)*[0-9]*)*!\"").targets();
    assertThatThrownBy(() -> endless.check(2)).hasMessageContaining("no linear layer");
    assertThatThrownBy(() -> read("\"(){200000000}x\""))
        .hasMessageContaining("no regular expression that can be used");
    assertThatThrownBy(() -> read("\"(?!lm_head).*\""))
        .hasMessageContaining("no regular expression that can be used");
  }

  private LoraSettings read(String modules) throws IOException {
    Files.writeString(
        directory.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 8, \"target_modules\": "
            + modules
            + "}");
    return PeftConfig.read(directory);
  }
}
