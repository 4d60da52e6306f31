package dev.alluvium.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code alluvium bench memory}, which needs a {@code config.json} and nothing else. */
class BenchMemoryTest {
  @TempDir private Path directory;

  @Test
  void tellsThePartsAndTheLargestBatchThatFits() throws Exception {
    writeConfiguration();
    Cli.Result result =
        Cli.run(
            "bench", "memory", directory.toString(), "--fit", "1", "--sequence", "64", "--json");
    assertThat(result.exitCode()).isEqualTo(ExitCodes.DONE);
    JsonNode json = new ObjectMapper().readTree(result.out());
    long sum = 0;
    for (String part : new String[] {"frozen", "trained", "kept", "passing", "working"}) {
      sum += json.get(part + "_bytes").asLong();
    }
    assertThat(json.get("total_bytes").asLong()).isEqualTo(sum);

    long tokens = json.get("fitting_tokens").asLong();
    assertThat(total(tokens / 64)).isLessThanOrEqualTo(900_000_000);
    assertThat(total(tokens / 64 + 1)).isGreaterThan(900_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "NaN"})
  void refusesADeviceWithoutMemory(String size) throws Exception {
    writeConfiguration();
    Cli.Result result = Cli.run("bench", "memory", directory.toString(), "--fit", size);
    assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(result.err()).contains("--fit is");
  }

  @Test
  void aBaseThatIsAskedInEveryStepNeedsMemoryWhereLayersAreCalculatedAgain() throws Exception {
    writeConfiguration();
    assertThat(total(8, "--recompute-layers", "1", "--kl"))
        .isGreaterThan(total(8, "--recompute-layers", "1"));
    Cli.Result result = Cli.run("bench", "memory", directory.toString(), "--kl", "--full");
    assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(result.err()).contains("--kl and --full");
  }

  private void writeConfiguration() throws IOException {
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "llama", "vocab_size": 1000, "hidden_size": 64, "num_hidden_layers": 3,
         "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 128,
         "rms_norm_eps": 1e-5, "rope_theta": 10000, "max_position_embeddings": 512,
         "hidden_act": "silu", "tie_word_embeddings": true}
        """);
  }

  private long total(long batch, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("bench", "memory", directory.toString(), "--json"));
    arguments.addAll(List.of("--sequence", "64", "--batch", Long.toString(batch)));
    arguments.addAll(List.of(more));
    Cli.Result result = Cli.run(arguments.toArray(String[]::new));
    return new ObjectMapper().readTree(result.out()).get("total_bytes").asLong();
  }

  @Test
  void refusesADirectoryWithoutAConfiguration() {
    Cli.Result result = Cli.run("bench", "memory", directory.toString());
    assertThat(result.exitCode()).isNotEqualTo(ExitCodes.DONE);
    assertThat(result.err()).contains("config.json");
  }
}
