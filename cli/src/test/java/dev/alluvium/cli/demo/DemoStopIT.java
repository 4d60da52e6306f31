package dev.alluvium.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A demo that is stopped in the middle leaves neither processes nor files. */
class DemoStopIT {
  /** Three JVMs start in this time, on a machine that is busy with other tests too. */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Broker, stream processors, trainer. */
  private static final int CHILDREN = 3;

  @TempDir private Path directory;

  @Test
  void leavesNothingBehindWhenItIsTerminated() throws Exception {
    Path work = directory.resolve("work here");
    Path output = directory.resolve("output");
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.alluvium.cli.Alluvium",
                "demo",
                "--model",
                "../models/tiny",
                "--data",
                "../data/pairs",
                "--set",
                "mix.windowExamples=16",
                "--set",
                "mix.minFill=1",
                "--set",
                "train.threads=1",
                "--dir",
                work.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      await()
          .atMost(PATIENCE)
          .failFast(() -> assertThat(demo.isAlive()).as("%s", Files.readString(output)).isTrue())
          .until(() -> demo.children().count() == CHILDREN && firstWindowIsTrained(work));
      List<ProcessHandle> children = demo.children().toList();

      demo.destroy();

      await().atMost(PATIENCE).until(() -> !demo.isAlive());
      assertThat(children).hasSize(CHILDREN).noneMatch(ProcessHandle::isAlive);
    } finally {
      // The children end with their parent, so a failing test leaves nothing behind either.
      demo.destroyForcibly();
    }
    assertThat(work).doesNotExist();
  }

  private static boolean firstWindowIsTrained(Path demo) throws IOException {
    Path log = demo.resolve("work").resolve("logs").resolve("train.log");
    return Files.isRegularFile(log) && Files.readString(log).contains("window 1:");
  }
}
