package dev.alluvium.trainer.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * By how much the memory of this process exceeds what it was before, at the highest point of a
 * piece of work, as Linux counts it. Memory that was freed before and not given back to the system
 * is used again without being seen.
 */
public final class ResidentGrowth {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path FORGET = Path.of("/proc/self/clear_refs");
  private static final String FORGET_PEAK = "5";

  private ResidentGrowth() {}

  /** Bytes; empty where the system does not tell. The work is done in either case. */
  public static OptionalLong of(Runnable work) {
    long before;
    try {
      before = bytes("VmRSS:");
      Files.writeString(FORGET, FORGET_PEAK);
    } catch (IOException e) {
      work.run();
      return OptionalLong.empty();
    }
    work.run();
    try {
      return OptionalLong.of(bytes("VmHWM:") - before);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static long bytes(String field) throws IOException {
    try (Stream<String> lines = Files.lines(STATUS)) {
      String line =
          lines
              .filter(text -> text.startsWith(field))
              .findFirst()
              .orElseThrow(() -> new IOException(STATUS + " has no line " + field));
      return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
  }
}
