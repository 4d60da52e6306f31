package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.WatchState;
import dev.alluvium.schemas.avro.WatchedWindow;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A watch's store in memory. */
final class MemoryWatchStore implements WatchStore {
  final Map<Long, WatchedWindow> windows = new TreeMap<>();
  private @Nullable WatchState state;

  @Override
  public @Nullable WatchState state() {
    return state;
  }

  @Override
  public void putState(WatchState row) {
    state = row;
  }

  @Override
  public void windows(Consumer<WatchedWindow> visitor) {
    windows.values().forEach(visitor);
  }

  @Override
  public void putWindow(WatchedWindow window) {
    windows.put(window.getWindowId(), window);
  }

  @Override
  public void deleteWindow(long windowId) {
    windows.remove(windowId);
  }
}
