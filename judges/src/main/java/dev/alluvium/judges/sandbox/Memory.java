package dev.alluvium.judges.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory in use by a program and everything it started. The kernel's limits hold for one process
 * each; many small ones together can take what none of them may take alone.
 */
final class Memory {
  private static final long PAGE = 4096;

  private Memory() {}

  /** Resident bytes of a process and its descendants; what has just ended counts nothing. */
  static long ofTree(ProcessHandle root) {
    return of(root) + root.descendants().mapToLong(Memory::of).sum();
  }

  /** Second field of {@code statm}: resident pages, see proc(5). */
  private static long of(ProcessHandle process) {
    try {
      String[] fields =
          Files.readString(Path.of("/proc/" + process.pid() + "/statm")).split(" ", 3);
      return fields.length > 1 ? Long.parseLong(fields[1]) * PAGE : 0;
    } catch (IOException | NumberFormatException e) {
      return 0; // ended between listing and reading
    }
  }
}
