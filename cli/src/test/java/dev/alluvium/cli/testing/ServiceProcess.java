package dev.alluvium.cli.testing;

import dev.alluvium.cli.cluster.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A service in a process of its own, to be stopped or killed. */
public final class ServiceProcess implements AutoCloseable {
  static {
    // Most conditions read whole topics: looked at ten times a second they starve what they wait
    // for.
    Awaitility.setDefaultPollInterval(Duration.ofMillis(500));
  }

  private final Process process;
  private final Path log;

  /**
   * Starts it; its log grows if it is there already.
   *
   * @param command such as {@code train}
   */
  public ServiceProcess(
      String command, Cluster cluster, Path directory, Map<String, String> settings)
      throws IOException {
    this(command, List.of(), cluster, directory, settings);
  }

  /**
   * Starts it with options of its own.
   *
   * @param options such as {@code --port 9092}
   */
  public ServiceProcess(
      String command,
      List<String> options,
      Cluster cluster,
      Path directory,
      Map<String, String> settings)
      throws IOException {
    log = directory.resolve(command + ".log");
    List<String> line = new ArrayList<>(JavaCommand.start());
    line.addAll(
        List.of(
            command,
            "--until-stdin-closes",
            "--set",
            "namespace=" + cluster.topics().namespace(),
            "--set",
            "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers()));
    line.addAll(options);
    settings.forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Its number. */
  public long pid() {
    return process.pid();
  }

  /** Sends a signal, such as {@code STOP}. */
  public void signal(String name) throws IOException, InterruptedException {
    run("kill", "-" + name, Long.toString(pid()));
  }

  /** From now on writing beyond so many bytes of a file fails, as on a full disk; for Linux. */
  public void limitFiles(long bytes) throws IOException, InterruptedException {
    run("prlimit", "--pid", Long.toString(pid()), "--fsize=" + bytes);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + code);
    }
  }

  /** Closes its stdin, which tells it to stop. */
  public void stop() throws IOException {
    process.getOutputStream().close();
  }

  /** True when it has ended within the time. */
  public boolean ended(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** Its exit code, once it has ended. */
  public int exitCode() {
    return process.exitValue();
  }

  /** True until it has ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has said so far. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
