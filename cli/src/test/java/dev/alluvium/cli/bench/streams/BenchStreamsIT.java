package dev.alluvium.cli.bench.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** {@code alluvium bench streams} with few records: what it counts, not how fast it is. */
class BenchStreamsIT {
  private static final int RECORDS = 300;

  @Test
  void answersReplaceGoldAndWrongOnesBecomeParaphrases() {
    JsonNode json = bench("--stage", "curate", "--partitions", "2", "--s3ft", "immediate");
    assertThat(json.get("stage").asText()).isEqualTo("curate");
    assertThat(json.get("s3ft").asText()).isEqualTo("immediate");
    assertThat(json.get("partitions").asInt()).isEqualTo(2);
    JsonNode results = json.get("results");
    int model = results.get("MODEL").asInt();
    int paraphrase = results.get("PARAPHRASE").asInt();
    assertThat(model + paraphrase + results.get("probes").asInt()).isEqualTo(RECORDS);
    assertThat(model).isGreaterThan(paraphrase);
    assertThat(paraphrase).isPositive();
    assertSound(json);
  }

  @Test
  void mixBringsWholeWindowsThrough() {
    JsonNode json = bench("--stage", "mix", "--set", "mix.windowExamples=16");
    for (String skill : List.of("code", "general", "math", "reading")) {
      assertThat(json.get("results").get(skill).asInt()).isEqualTo(RECORDS / 16 * 16 / 4);
    }
    assertSound(json);
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    assertThat(Cli.run("bench", "streams", "--stage", "mix", "--s3ft", "immediate").exitCode())
        .isEqualTo(ExitCodes.USAGE);
    Cli.Result none = Cli.run("bench", "streams", "--stage", "mix", "--records", "0");
    assertThat(none.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(none.err()).contains("--records is 0: expected 1 to");
  }

  private static JsonNode bench(String... arguments) {
    List<String> all = new ArrayList<>(List.of("bench", "streams", "--json"));
    all.addAll(List.of("--records", Integer.toString(RECORDS), "--record-bytes", "512"));
    all.addAll(List.of("--warm-ups", "1", "--rounds", "1"));
    all.addAll(List.of(arguments));
    Cli.Result result = Cli.run(all.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCodes.DONE);
    return result.json();
  }

  /** The copy wrote as many bytes as the stage, and the ratio is that of the two rates. */
  private static void assertSound(JsonNode json) {
    double stage = json.get("records_per_second").asDouble();
    double copy = json.get("copy_records_per_second").asDouble();
    assertThat(json.get("ratio").asDouble()).isCloseTo(stage / copy, Percentage.withPercentage(1));
    assertThat(json.get("copy_broker_bytes").asDouble())
        .isCloseTo(json.get("broker_bytes").asDouble(), Percentage.withPercentage(10));
    assertThat(json.get("broker_bytes").asLong()).isGreaterThan(RECORDS * 100L);
    assertThat(json.get("record_bytes").asDouble()).isBetween(400.0, 1200.0);
    assertThat(json.get("peak_rss_mb").asLong()).isPositive();
  }
}
