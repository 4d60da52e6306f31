package dev.alluvium.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code alluvium bench answer}, on the model that comes with the project. */
class BenchAnswerTest {
  @Test
  void countsTheTokensOfAllAnswersHoweverManyAreWrittenAtOnce() {
    JsonNode one = bench("--batch", "1", "--warm-ups", "0", "--runs", "1", "--json").json();
    JsonNode three = bench("--batch", "3", "--warm-ups", "1", "--runs", "2", "--json").json();
    assertThat(one.get("questions").asInt()).isEqualTo(5);
    assertThat(one.get("tokens").asInt()).isBetween(5, 5 * 8);
    assertThat(three.get("tokens")).isEqualTo(one.get("tokens"));
    assertThat(three.get("tokens_per_second").asDouble()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--warm-ups | -1 | --warm-ups is -1: expected 0 or more",
        "--runs | 0 | --runs is 0: expected 1 or more",
        "--limit | 0 | --batch, --tokens and --limit: expected 1 or more",
      })
  void whatCannotBeMeasuredIsRefused(String option, String value, String message) {
    Cli.Result result = bench(option, value);
    assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(result.err()).contains(message);
  }

  private static Cli.Result bench(String... options) {
    List<String> all = new ArrayList<>(List.of("bench", "answer", "--model", "../models/tiny"));
    if (!List.of(options).contains("--limit")) {
      all.addAll(List.of("--limit", "5"));
    }
    all.addAll(List.of("--tokens", "8", "../data/pairs/general.jsonl"));
    all.addAll(List.of(options));
    return Cli.run(all.toArray(String[]::new));
  }
}
