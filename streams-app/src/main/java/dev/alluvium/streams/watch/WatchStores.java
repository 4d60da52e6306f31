package dev.alluvium.streams.watch;

import dev.alluvium.schemas.avro.WatchState;
import dev.alluvium.schemas.avro.WatchedWindow;
import dev.alluvium.streams.watch.fold.WatchStore;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The fold's store on the state stores of a stream task. */
final class WatchStores implements WatchStore {
  static final String STATE = "watch-state";
  static final String WINDOWS = "watch-windows";

  private static final String ROW = "state";

  private final KeyValueStore<String, WatchState> state;
  private final KeyValueStore<String, WatchedWindow> windows;

  WatchStores(ProcessorContext<?, ?> context) {
    this.state = context.getStateStore(STATE);
    this.windows = context.getStateStore(WINDOWS);
  }

  @Override
  public @Nullable WatchState state() {
    return state.get(ROW);
  }

  @Override
  public void putState(WatchState row) {
    state.put(ROW, row);
  }

  @Override
  public void windows(Consumer<WatchedWindow> visitor) {
    try (KeyValueIterator<String, WatchedWindow> all = windows.all()) {
      while (all.hasNext()) {
        visitor.accept(all.next().value);
      }
    }
  }

  @Override
  public void putWindow(WatchedWindow window) {
    windows.put(Long.toString(window.getWindowId()), window);
  }

  @Override
  public void deleteWindow(long windowId) {
    windows.delete(Long.toString(windowId));
  }
}
