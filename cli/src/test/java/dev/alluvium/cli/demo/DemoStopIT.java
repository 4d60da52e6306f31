package dev.alluvium.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A demo that is stopped in the middle leaves neither processes nor files. */
class DemoStopIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void leavesNothingBehindWhenItIsTerminated() throws Exception {
    Path work = directory.resolve("work here");
    Path model = Files.createDirectory(directory.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{}");
    Path data = Files.createDirectory(directory.resolve("data"));
    Files.writeString(data.resolve("a.jsonl"), "{\"instruction\":\"1\",\"response\":\"x\"}\n");
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.alluvium.cli.Alluvium",
                "demo",
                "--model",
                model.toString(),
                "--data",
                data.toString(),
                "--dir",
                work.toString())
            .redirectErrorStream(true)
            .start();
    List<String> said = new ArrayList<>();
    List<ProcessHandle> children;
    try (BufferedReader output = demo.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.add(line);
        if (line.contains("broker is up")) {
          break;
        }
      }
      children = demo.descendants().toList();
      assertThat(children).as("%s", said).isNotEmpty();

      demo.destroy();

      await().atMost(PATIENCE).until(() -> !demo.isAlive());
    }
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    assertThat(work).doesNotExist();
  }
}
