package dev.alluvium.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.cli.command.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A supervised child: this same program in a JVM of its own, its output in a log file. It ends when
 * its stdin does, so it cannot outlive this process, however this process ends.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final String MAIN = "dev.alluvium.cli.Alluvium";

  private final String name;
  private final Path log;
  private final Process process;

  private ChildProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a command of this program.
   *
   * @param name for messages and the log's name
   * @param directory where its log is written
   * @param jvmOptions options of its JVM
   * @param arguments the command and its arguments
   */
  public static ChildProcess start(
      String name, Path directory, List<String> jvmOptions, List<String> arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(jvmOptions);
    line.addAll(sharedClasses());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    line.addAll(arguments);
    line.add("--until-stdin-closes");
    Path log = directory.resolve(name + ".log");
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .start();
      return new ChildProcess(name, log, process);
    } catch (IOException e) {
      throw new CommandFailure("%s cannot be started: %s".formatted(name, line.get(0)), e);
    }
  }

  /** The launcher's archive of loaded classes: with it a JVM starts in less time. */
  private static List<String> sharedClasses() {
    String archive = System.getProperty("alluvium.archive");
    return archive == null
        ? List.of()
        : List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Its process. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Its exit code; empty while it lives. */
  public OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /**
   * Does nothing while it lives.
   *
   * @throws CommandFailure with its last lines when it has ended
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new CommandFailure(
          "%s ended with exit code %d; its last lines:%n%s"
              .formatted(name, process.exitValue(), String.join(System.lineSeparator(), tail(20))));
    }
  }

  /** The first line of its output that begins so, without that beginning. */
  public Optional<String> said(String beginning) {
    try (Stream<String> lines = Files.lines(log, UTF_8)) {
      return lines
          .filter(line -> line.startsWith(beginning))
          .map(line -> line.substring(beginning.length()))
          .findFirst();
    } catch (IOException e) {
      throw new CommandFailure("the log of %s cannot be read: %s".formatted(name, log), e);
    }
  }

  /**
   * Waits for the first line of its output that begins so.
   *
   * @return the line without that beginning
   * @throws CommandFailure when it ends or the time passes before, or this process is to end
   */
  public String awaitSaid(String beginning, Duration patience, Lifetime lifetime) {
    long start = System.nanoTime();
    Optional<String> line = said(beginning);
    while (line.isEmpty()) {
      requireAlive();
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new CommandFailure(
            "%s is not ready after %d s; its last lines:%n%s"
                .formatted(
                    name, patience.toSeconds(), String.join(System.lineSeparator(), tail(20))));
      }
      if (lifetime.await(LOOK)) {
        throw new CommandFailure("interrupted");
      }
      line = said(beginning);
    }
    return line.get();
  }

  /** Its last lines of output. */
  public List<String> tail(int lines) {
    Deque<String> last = new ArrayDeque<>();
    try (Stream<String> all = Files.lines(log, UTF_8)) {
      all.forEach(
          line -> {
            last.addLast(line);
            if (last.size() > lines) {
              last.removeFirst();
            }
          });
    } catch (IOException e) {
      last.addLast("(its log cannot be read: " + e.getMessage() + ")");
    }
    return List.copyOf(last);
  }

  /** Most memory it has held at once, in MiB; empty when the system does not tell. */
  public Optional<Long> peakMemoryMb() {
    return PeakMemory.of(process.pid());
  }

  /** Asks it to end; returns at once. */
  public void askToStop() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  /** Ends it: first by asking, then less politely. Returns when it has ended. */
  @Override
  public void close() {
    askToStop();
    if (endsWithin(PATIENCE)) {
      return;
    }
    process.destroy();
    if (!endsWithin(LAST_PATIENCE)) {
      process.destroyForcibly();
      endsWithin(LAST_PATIENCE);
    }
  }

  private boolean endsWithin(Duration time) {
    try {
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
