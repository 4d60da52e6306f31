package dev.alluvium.cli.testing;

import dev.alluvium.cli.Alluvium;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * How a test starts the program in a process of its own. Where its classes come in jars, those of a
 * first run are archived for all later ones, which then start in about half the time.
 */
public final class JavaCommand {
  private static final List<String> FAST_START =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  private static final Duration LONGEST_FIRST_RUN = Duration.ofMinutes(1);
  private static final List<String> COMMAND = withArchive();

  private JavaCommand() {}

  /** Java with its options, up to the name of the main class. */
  public static List<String> start() {
    return COMMAND;
  }

  private static List<String> withArchive() {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).endsWith("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    boolean jars =
        Arrays.stream(classPath.split(File.pathSeparator))
            .map(Path::of)
            .allMatch(Files::isRegularFile);
    if (!jars) {
      return command(List.of(), classPath);
    }
    try {
      Path archive = Files.createTempDirectory("classes").resolve("classes.jsa");
      archive.getParent().toFile().deleteOnExit(); // last: what is registered last goes first
      archive.toFile().deleteOnExit();
      List<String> first = command(List.of("-XX:ArchiveClassesAtExit=" + archive), classPath);
      first.addAll(List.of("broker", "--port", "0", "--temp", "--until-stdin-closes"));
      Process process =
          new ProcessBuilder(first)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(LONGEST_FIRST_RUN.toSeconds(), TimeUnit.SECONDS);
      process.destroyForcibly().waitFor();
      return command(
          ended && process.exitValue() == 0
              ? List.of("-XX:SharedArchiveFile=" + archive)
              : List.of(),
          classPath);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> command(List<String> options, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FAST_START);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, Alluvium.class.getName()));
    return command;
  }
}
