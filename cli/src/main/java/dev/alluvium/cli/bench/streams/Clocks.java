package dev.alluvium.cli.bench.streams;

import java.time.Duration;

/**
 * Wall clock and processor time of this process and of the broker. On a machine that others use
 * too, processor time says more than the wall clock.
 */
final class Clocks {
  private static final double NANOS = 1e9;

  private final ProcessHandle own = ProcessHandle.current();
  private final ProcessHandle broker;

  Clocks(ProcessHandle broker) {
    this.broker = broker;
  }

  /** One look at all clocks, in nanoseconds. */
  record Reading(long wall, long ownCpu, long brokerCpu) {}

  /**
   * What has passed between two looks; processor time is 0 where the system does not tell.
   *
   * @param seconds by the wall clock
   * @param ownCpuSeconds processor time of this process
   * @param brokerCpuSeconds processor time of the broker
   */
  record Spent(double seconds, double ownCpuSeconds, double brokerCpuSeconds) {}

  Reading read() {
    return new Reading(System.nanoTime(), cpu(own), cpu(broker));
  }

  Spent since(Reading start) {
    Reading now = read();
    return new Spent(
        (now.wall() - start.wall()) / NANOS,
        (now.ownCpu() - start.ownCpu()) / NANOS,
        (now.brokerCpu() - start.brokerCpu()) / NANOS);
  }

  private static long cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }
}
