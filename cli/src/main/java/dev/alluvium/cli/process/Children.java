package dev.alluvium.cli.process;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The children of a supervisor. All but the first are ended together, the first after them, because
 * the others need it to end well.
 */
public final class Children implements AutoCloseable {
  private static final int LINES = 5;

  private final List<ChildProcess> children = new ArrayList<>();

  /** Takes over a child. */
  public ChildProcess add(ChildProcess child) {
    children.add(child);
    return child;
  }

  /**
   * Does nothing while all live.
   *
   * @throws dev.alluvium.cli.command.CommandFailure with the last lines of one that has ended
   */
  public void requireAlive() {
    children.forEach(ChildProcess::requireAlive);
  }

  /** The last lines of each, under its name. */
  public String lastLines() {
    StringBuilder text = new StringBuilder();
    for (ChildProcess child : children) {
      text.append(child.name()).append(':').append(System.lineSeparator());
      child
          .tail(LINES)
          .forEach(line -> text.append("  ").append(line).append(System.lineSeparator()));
    }
    return text.toString();
  }

  /** Most memory each has held at once, in MiB, by name. */
  public Map<String, Long> peakMemoryMb() {
    Map<String, Long> peaks = new TreeMap<>();
    for (ChildProcess child : children) {
      child.peakMemoryMb().ifPresent(peak -> peaks.put(child.name(), peak));
    }
    return peaks;
  }

  @Override
  public void close() {
    List<ChildProcess> latestFirst = new ArrayList<>(children);
    Collections.reverse(latestFirst);
    latestFirst.stream()
        .limit(Math.max(0, latestFirst.size() - 1))
        .forEach(ChildProcess::askToStop);
    latestFirst.forEach(ChildProcess::close);
  }
}
