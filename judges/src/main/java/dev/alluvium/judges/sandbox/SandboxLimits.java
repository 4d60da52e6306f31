package dev.alluvium.judges.sandbox;

import java.time.Duration;

/**
 * What one confined program may use.
 *
 * @param wall time from start to end
 * @param cpu processor time of each of its processes, in whole seconds, 1 s or more
 * @param addressSpace bytes of address space of each process
 * @param memory bytes of memory of all its processes together
 * @param processes processes and threads at a time
 * @param fileBytes size of one file, and of everything under {@code /tmp} together
 * @param outputBytes most it may write to its standard error
 */
public record SandboxLimits(
    Duration wall,
    Duration cpu,
    long addressSpace,
    long memory,
    int processes,
    long fileBytes,
    int outputBytes) {
  private static final long MIB = 1L << 20;

  /** Limits that let an ordinary unit test pass on a busy machine. */
  public static final SandboxLimits DEFAULT =
      new SandboxLimits(
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          1024 * MIB,
          512 * MIB,
          32,
          16 * MIB,
          1 << 20);

  /** Refuses limits that allow nothing. */
  public SandboxLimits {
    require(wall.toMillis() >= 1, "wall", wall, "1ms or more");
    require(cpu.toSeconds() >= 1, "cpu", cpu, "1s or more");
    require(addressSpace >= 64 * MIB, "addressSpace", addressSpace, "64 MiB or more");
    require(memory >= 16 * MIB, "memory", memory, "16 MiB or more");
    require(processes >= 4, "processes", processes, "4 or more");
    require(fileBytes >= 1, "fileBytes", fileBytes, "1 or more");
    require(outputBytes >= 1, "outputBytes", outputBytes, "1 or more");
  }

  private static void require(boolean good, String name, Object value, String expected) {
    if (!good) {
      throw new IllegalArgumentException(
          "sandbox limit %s is %s: expected %s".formatted(name, value, expected));
    }
  }

  /** The same limits with other times. */
  public SandboxLimits within(Duration wallClock, Duration processor) {
    return new SandboxLimits(
        wallClock, processor, addressSpace, memory, processes, fileBytes, outputBytes);
  }

  /** The same limits with other sizes. */
  public SandboxLimits sized(long space, long all, int count) {
    return new SandboxLimits(wall, cpu, space, all, count, fileBytes, outputBytes);
  }
}
