package dev.alluvium.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order and the number of a demo's pairs. */
class DemoPairsTest {
  @TempDir private Path directory;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(directory.resolve("a.jsonl"), lines("a1", "a2", "a3"));
    Files.writeString(directory.resolve("b.jsonl"), lines("b1") + "not json\n");
    Files.writeString(directory.resolve("README.md"), "no data");
  }

  @Test
  void filesTakeTurns() throws IOException {
    assertThat(instructions(OptionalLong.empty())).containsExactly("a1", "b1", "a2", "a3");
  }

  @Test
  void fewerThanThereAreIsAPrefix() throws IOException {
    assertThat(instructions(OptionalLong.of(2))).containsExactly("a1", "b1");
  }

  @Test
  void moreThanThereAreGoesRoundAgainWithNumbers() throws IOException {
    assertThat(instructions(OptionalLong.of(9)))
        .containsExactly("a1", "b1", "a2", "a3", "a1 (2)", "b1 (2)", "a2 (2)", "a3 (2)", "a1 (3)")
        .doesNotHaveDuplicates();
  }

  @Test
  void whatIsMalformedIsToldOnce() throws IOException {
    List<String> malformed = new ArrayList<>();

    DemoPairs.of(directory, OptionalLong.of(9)).forEach((place, pair) -> {}, malformed::add);

    assertThat(malformed).singleElement().asString().contains("b.jsonl:2: bad_json");
  }

  @Test
  void aDirectoryWithoutPairsIsRefused() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));

    assertThatThrownBy(() -> DemoPairs.of(empty, OptionalLong.empty()))
        .hasMessageContaining("name one with --data");
  }

  private List<String> instructions(OptionalLong wanted) throws IOException {
    List<String> instructions = new ArrayList<>();
    DemoPairs.of(directory, wanted)
        .forEach((place, pair) -> instructions.add(pair.getInstruction()), e -> {});
    return instructions;
  }

  private static String lines(String... instructions) {
    StringBuilder text = new StringBuilder();
    for (String instruction : instructions) {
      text.append("{\"instruction\":\"%s\",\"response\":\"x\"}%n".formatted(instruction));
    }
    return text.toString();
  }
}
