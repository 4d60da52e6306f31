package dev.alluvium.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.streams.mix.hygiene.Contamination;
import dev.alluvium.streams.mix.hygiene.Shingles;
import dev.alluvium.streams.mix.hygiene.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The suite of abilities that comes with the sample pairs. */
class AbilitiesSuiteTest {
  private static final Path DATA = Path.of("../data");
  private static final int HALF = 500_000;

  private final JsonMapper json = new JsonMapper();

  @Test
  void holdsAsManyProbesAsASetDoes() throws IOException {
    List<JsonNode> suite = read(DATA.resolve("suites/abilities.jsonl"));
    assertThat(suite).hasSize(200);
    assertThat(suite).extracting(probe -> probe.get("skill").asText()).containsOnly("abilities");
    assertThat(suite).extracting(probe -> probe.get("id").asText()).doesNotHaveDuplicates();
    assertThat(suite).allSatisfy(probe -> assertThat(probe.get("response").asText()).isNotBlank());
  }

  @Test
  void isGivenAwayByNoSamplePair() throws IOException {
    Contamination suite = new Contamination();
    for (JsonNode probe : read(DATA.resolve("suites/abilities.jsonl"))) {
      suite.add(probe.get("id").asText(), Contamination.kept(grams(probe)));
    }
    assertThat(suite.any()).isTrue();
    try (Stream<Path> files = Files.list(DATA.resolve("pairs"))) {
      for (Path file : files.sorted().toList()) {
        for (JsonNode pair : read(file)) {
          assertThat(suite.find(grams(pair), HALF)).as(pair.get("id").asText()).isEmpty();
        }
      }
    }
  }

  private static long[] grams(JsonNode pair) {
    return Shingles.of(
        Contamination.WORDS,
        Words.of(pair.get("instruction").asText()),
        Words.of(pair.path("context").asText(null)),
        Words.of(pair.get("response").asText()));
  }

  private List<JsonNode> read(Path file) throws IOException {
    List<JsonNode> records = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      records.add(json.readTree(line));
    }
    return records;
  }
}
