package dev.alluvium.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The most memory a process has held at once, in MiB; empty where the system does not tell. */
public final class PeakMemory {
  private static final String FIELD = "VmHWM:";
  private static final long KB_PER_MB = 1024;

  private PeakMemory() {}

  /** Of this process. */
  public static Optional<Long> ofThisProcess() {
    return of(ProcessHandle.current().pid());
  }

  /** Of a running process. */
  static Optional<Long> of(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith(FIELD))
          .map(line -> line.replaceAll("\\D", ""))
          .map(kb -> Long.parseLong(kb) / KB_PER_MB)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
