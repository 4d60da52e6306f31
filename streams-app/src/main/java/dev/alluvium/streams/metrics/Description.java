package dev.alluvium.streams.metrics;

import java.util.List;

/**
 * A metric in words.
 *
 * @param name as Prometheus knows it
 * @param unit what is counted; empty for a plain number
 * @param meaning for people
 * @param labels what it is told apart by, in order
 */
public record Description(String name, String unit, String meaning, List<String> labels) {
  private static final String PREFIX = "alluvium_";
  private static final String COUNTER = "_total";

  /** Copies the labels. */
  public Description {
    labels = List.copyOf(labels);
  }

  /** One of our own: its name begins as all of ours do. */
  static Description ours(String name, String unit, String meaning, String... labels) {
    return new Description(PREFIX + name, unit, meaning, List.of(labels));
  }

  /** Whether it only grows. */
  public boolean isCounter() {
    return name.endsWith(COUNTER);
  }
}
