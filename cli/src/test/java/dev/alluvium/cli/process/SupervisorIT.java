package dev.alluvium.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.command.CommandFailure;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Children that fail, are asked to end, or lose their supervisor. */
class SupervisorIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final List<String> LIGHT = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

  @TempDir private Path directory;

  @Test
  void aChildThatFailsIsReportedWithItsLastLines() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Children children = new Children()) {
      children.add(broker(Integer.toString(taken.getLocalPort())));
      AtomicReference<String> message = new AtomicReference<>();

      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                try {
                  children.requireAlive();
                } catch (CommandFailure e) {
                  message.set(e.getMessage());
                }
                return message.get() != null;
              });

      assertThat(message.get())
          .contains("broker ended with exit code 1")
          .contains("port %d on localhost is taken".formatted(taken.getLocalPort()));
    }
  }

  @Test
  void aChildEndsCleanlyWhenItIsAskedAndTellsItsPeakMemory() {
    ChildProcess child = broker("0");
    try (Children children = new Children()) {
      children.add(child);
      await().atMost(PATIENCE).until(() -> child.said("bootstrap=").isPresent());
      children.requireAlive();
      assertThat(children.peakMemoryMb())
          .hasEntrySatisfying("broker", mb -> assertThat(mb).isBetween(50L, 2000L));
    }
    assertThat(ProcessHandle.of(child.pid())).isEmpty();
    assertThat(child.exitCode()).hasValue(0);
  }

  @Test
  void aChildLeavesCtrlCToItsParent() throws Exception {
    ChildProcess child = broker("0");
    try (child) {
      await().atMost(PATIENCE).until(() -> child.said("bootstrap=").isPresent());
      int killed = new ProcessBuilder("kill", "-INT", Long.toString(child.pid())).start().waitFor();
      assertThat(killed).isZero();
    }
    // An interrupted JVM would say 130.
    assertThat(child.exitCode()).hasValue(0);
  }

  @Test
  void aChildEndsWhenItsSupervisorIsKilled() throws Exception {
    Process supervisor =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SupervisorFixture.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = supervisor.inputReader()) {
      long pid = Long.parseLong(output.readLine().replace("child=", ""));
      ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
      assertThat(child.isAlive()).isTrue();

      supervisor.destroyForcibly().waitFor();

      await().atMost(PATIENCE).until(() -> !child.isAlive());
    }
  }

  @Test
  void aServiceEndsCleanlyOnATerminationSignalAndRemovesItsTemporaryFiles() throws Exception {
    Path temp = Files.createDirectory(directory.resolve("tmp"));
    ChildProcess child =
        ChildProcess.start(
            "broker",
            directory,
            List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + temp),
            List.of("broker", "--port", "0", "--temp"));
    try (child) {
      await().atMost(PATIENCE).until(() -> child.said("bootstrap=").isPresent());
      assertThat(alluviumFiles(temp)).isNotEmpty();

      ProcessHandle.of(child.pid()).orElseThrow().destroy();

      await().atMost(PATIENCE).until(() -> child.exitCode().isPresent());
      assertThat(alluviumFiles(temp)).isEmpty();
    }
  }

  private static List<Path> alluviumFiles(Path temp) throws Exception {
    try (Stream<Path> files = Files.list(temp)) {
      return files.filter(f -> f.getFileName().toString().startsWith("alluvium-")).toList();
    }
  }

  private ChildProcess broker(String port) {
    return ChildProcess.start(
        "broker",
        directory,
        LIGHT,
        List.of("broker", "--port", port, "--data", directory.resolve("data").toString()));
  }
}
