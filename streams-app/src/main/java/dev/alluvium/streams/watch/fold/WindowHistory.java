package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.WatchedWindow;
import dev.alluvium.streams.config.WatchSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The windows that are remembered: the last ones, and those of a pinned reference. */
final class WindowHistory {
  private final WatchStore store;
  private final WatchSettings settings;
  private final TreeMap<Long, WatchedWindow> windows = new TreeMap<>();

  WindowHistory(WatchStore store, WatchSettings settings) {
    this.store = store;
    this.settings = settings;
    store.windows(window -> windows.put(window.getWindowId(), window));
  }

  /**
   * What is compared with what.
   *
   * @param recent the last windows
   * @param reference older ones
   */
  record Comparison(Span recent, Span reference) {}

  /** Writes a window, and forgets the oldest when there are too many. */
  void put(WatchedWindow window) {
    windows.put(window.getWindowId(), window);
    store.putWindow(window);
    long oldest = windows.lastKey() - WatchSettings.REMEMBERED;
    for (long id : List.copyOf(windows.headMap(oldest, true).keySet())) {
      if (!pinned(id)) {
        windows.remove(id);
        store.deleteWindow(id);
      }
    }
  }

  private boolean pinned(long windowId) {
    return settings.pinned()
        && settings.pinnedFrom() <= windowId
        && windowId <= settings.pinnedTo();
  }

  @Nullable WatchedWindow get(long windowId) {
    return windows.get(windowId);
  }

  /**
   * The last windows and their reference; empty when either is too small.
   *
   * @param windowId the last window
   * @param counts what is counted in a window
   */
  Optional<Comparison> comparison(long windowId, ToLongFunction<WatchedWindow> counts) {
    Optional<Span> recent = recent(windowId, counts);
    if (recent.isEmpty()) {
      return Optional.empty();
    }
    Optional<Span> reference = reference(recent.get().first());
    return reference.isEmpty() || reference.get().sum(counts) < settings.minExamples()
        ? Optional.empty()
        : Optional.of(new Comparison(recent.get(), reference.get()));
  }

  /** The last windows that hold enough; empty when not even the most that are taken do. */
  Optional<Span> recent(long windowId, ToLongFunction<WatchedWindow> counts) {
    List<WatchedWindow> last = new ArrayList<>();
    long counted = 0;
    for (WatchedWindow window : last(windowId, WatchSettings.MOST_RECENT)) {
      if (last.size() >= settings.recent() && counted >= settings.minExamples()) {
        break;
      }
      last.add(window);
      counted += counts.applyAsLong(window);
    }
    if (last.size() < settings.recent() || counted < settings.minExamples()) {
      return Optional.empty();
    }
    Collections.reverse(last);
    return Optional.of(new Span(last));
  }

  /** So many windows up to one, newest first; fewer when there are fewer. */
  List<WatchedWindow> last(long windowId, int most) {
    return windows.headMap(windowId, true).descendingMap().values().stream().limit(most).toList();
  }

  /** The last trained windows that hold enough examples; empty when there are too few. */
  Optional<Span> trained(long windowId) {
    List<WatchedWindow> last = new ArrayList<>();
    long counted = 0;
    for (WatchedWindow window : last(windowId, WatchSettings.MOST_RECENT)) {
      if (last.size() >= settings.recent() && counted >= settings.minExamples()) {
        break;
      }
      if (!window.getTrained().isEmpty()) {
        last.add(window);
        counted += window.getExamples().values().stream().mapToLong(Long::longValue).sum();
      }
    }
    if (last.size() < settings.recent() || counted < settings.minExamples()) {
      return Optional.empty();
    }
    Collections.reverse(last);
    return Optional.of(new Span(last));
  }

  private Optional<Span> reference(long before) {
    List<WatchedWindow> older = new ArrayList<>();
    if (settings.pinned()) {
      if (settings.pinnedTo() < before) {
        older.addAll(
            windows.subMap(settings.pinnedFrom(), true, settings.pinnedTo(), true).values());
      }
    } else {
      windows.headMap(before, false).descendingMap().values().stream()
          .limit(settings.reference())
          .forEach(older::add);
      Collections.reverse(older);
    }
    return older.size() < settings.minReference() ? Optional.empty() : Optional.of(new Span(older));
  }

  /** Why there is no reference, for a person. */
  String missing(long windowId) {
    if (!settings.pinned()) {
      return "nothing is compared yet: the last windows need %d candidates and %d windows before them"
          .formatted(settings.minExamples(), settings.minReference());
    }
    if (windowId <= settings.pinnedTo()) {
      return "nothing is compared yet: the pinned reference ends with window %d"
          .formatted(settings.pinnedTo());
    }
    int held = windows.subMap(settings.pinnedFrom(), true, settings.pinnedTo(), true).size();
    return "nothing is compared: of the pinned windows %d to %d the watch remembers %d and needs %d; it keeps the last %d, and the pinned ones when it is told in time"
        .formatted(
            settings.pinnedFrom(),
            settings.pinnedTo(),
            held,
            settings.minReference(),
            WatchSettings.REMEMBERED);
  }
}
