package dev.alluvium.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.cli.command.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void file() {
    file = directory.resolve("new").resolve("runs.jsonl");
  }

  @Test
  void whatIsDoneIsReadAgain() {
    RunResult run = run("a");
    new RunLog(file).add(run);
    new RunLog(file).add(run("b"));
    RunLog again = new RunLog(file);
    assertThat(again.of("a")).contains(run);
    assertThat(again.of("b")).contains(run("b"));
    assertThat(again.of("c")).isEmpty();
  }

  @Test
  void aLineFromBeforeItHadSettingsIsRead() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        {"key":"old","arm":"naive","seed":1,"rate":0.001,"pairs":10,"problems":20,"base":{},\
        "learnt":{},"timeline":[],"end":{},"origins":{},"tokens":100,"seconds":1.5}
        """);
    assertThat(new RunLog(file).of("old").orElseThrow().settings()).isEmpty();
  }

  @Test
  void aLineThatWasCutOffGoes() throws IOException {
    new RunLog(file).add(run("a"));
    Files.writeString(file, "{\"key\":\"b\",\"ar", StandardOpenOption.APPEND);
    new RunLog(file).add(run("c"));
    RunLog again = new RunLog(file);
    assertThat(again.of("a")).isPresent();
    assertThat(again.of("b")).isEmpty();
    assertThat(again.of("c")).isPresent();
  }

  @Test
  void anotherLineIsRefused() throws IOException {
    new RunLog(file).add(run("a"));
    Files.writeString(file, "hello\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> new RunLog(file))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("line 2 is no run")
        .hasMessageContaining("--output");
  }

  private static RunResult run(String key) {
    return new RunResult(
        key,
        Map.of("train.kl.weight", "0"),
        "naive",
        1,
        true,
        0.001,
        10,
        20,
        Map.of("add", 1.0),
        Map.of("stone", 0.5),
        List.of(Map.of("stone", 0.5)),
        Map.of("add", 0.25),
        Map.of("stone", Map.of("GOLD", 10)),
        100,
        1.5);
  }
}
