package dev.alluvium.trainer.loop;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Who holds the lease, as {@code Progress.holder} has it: {@code host:pid}.
 *
 * @param host name of the machine or container
 * @param pid process id there
 */
public record Holder(String host, long pid) {
  private static final String UNKNOWN = "unknown";

  /** This process. */
  static Holder here() {
    return new Holder(localHost(), ProcessHandle.current().pid());
  }

  /** Reads what {@link #toString} wrote; one that it did not write is nowhere. */
  public static Holder parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new Holder(
          text.substring(0, Math.max(0, colon)), Long.parseLong(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      return new Holder(UNKNOWN, 0);
    }
  }

  /** Whether it is a process of this machine that has ended, or this process itself. */
  public boolean isGone() {
    boolean local = !host.equals(UNKNOWN) && host.equals(localHost());
    boolean self = pid == ProcessHandle.current().pid();
    return local && (self || ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }

  private static String localHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return UNKNOWN;
    }
  }

  @Override
  public String toString() {
    return host + ":" + pid;
  }
}
