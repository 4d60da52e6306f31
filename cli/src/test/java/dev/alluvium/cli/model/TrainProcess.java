package dev.alluvium.cli.model;

import dev.alluvium.cli.Alluvium;
import dev.alluvium.cli.cluster.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code alluvium train} in a process of its own, to be killed. */
final class TrainProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  /** Starts a trainer; the log grows if it is there already. */
  TrainProcess(Cluster cluster, Path directory, Map<String, String> settings) throws IOException {
    log = directory.resolve("train.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Alluvium.class.getName(),
                "train",
                "--until-stdin-closes",
                "--set",
                "namespace=" + cluster.topics().namespace(),
                "--set",
                "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers()));
    settings.forEach(
        (key, value) -> command.addAll(List.of("--set", "train." + key + "=" + value)));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** True when it has ended within the time. */
  boolean ended(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  int exitCode() {
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
