package dev.alluvium.streams.dashboard.history;

import java.util.Arrays;
import java.util.Map;

/** Counts by the numbers of {@link Names}. */
final class Counts {
  private long[] values = {};

  void add(int number, long count) {
    if (number >= values.length) {
      values = Arrays.copyOf(values, number + 1);
    }
    values[number] += count;
  }

  void add(Names names, Map<String, ? extends Number> counts) {
    counts.forEach((name, count) -> add(names.numberOf(name), count.longValue()));
  }

  void add(Counts other) {
    for (int i = 0; i < other.values.length; i++) {
      add(i, other.values[i]);
    }
  }

  /** The count of a number, 0 when nothing was counted. */
  long of(int number) {
    return number < values.length ? values[number] : 0;
  }

  /** Numbers beyond this have no counts. */
  int size() {
    return values.length;
  }

  long sum() {
    return Arrays.stream(values).sum();
  }
}
