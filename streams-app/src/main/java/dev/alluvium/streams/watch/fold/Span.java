package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.WatchedWindow;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Windows one after the other, taken together.
 *
 * @param windows at least one, oldest first
 */
record Span(List<WatchedWindow> windows) {
  long first() {
    return windows.get(0).getWindowId();
  }

  long last() {
    return windows.get(windows.size() - 1).getWindowId();
  }

  /** The windows for a person. */
  String words() {
    return first() == last() ? "window " + first() : "windows %d to %d".formatted(first(), last());
  }

  /** The sum of a number over the windows. */
  long sum(ToLongFunction<WatchedWindow> number) {
    return windows.stream().mapToLong(number).sum();
  }

  /** The sums of amounts by name over the windows. */
  SortedMap<String, Long> sums(Function<WatchedWindow, Map<String, ? extends Number>> amounts) {
    SortedMap<String, Long> sums = new TreeMap<>();
    for (WatchedWindow window : windows) {
      amounts.apply(window).forEach((name, n) -> sums.merge(name, n.longValue(), Long::sum));
    }
    return sums;
  }
}
