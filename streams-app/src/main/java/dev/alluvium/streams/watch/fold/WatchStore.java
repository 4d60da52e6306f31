package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.WatchState;
import dev.alluvium.schemas.avro.WatchedWindow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the fold keeps what must survive it, in the same transaction as what it states. */
public interface WatchStore {
  /** The only row of state; null before the first report. */
  @Nullable WatchState state();

  /** Replaces the row of state. */
  void putState(WatchState state);

  /** Visits all remembered windows, in any order. */
  void windows(Consumer<WatchedWindow> visitor);

  /** Writes a window. */
  void putWindow(WatchedWindow window);

  /** Removes a window. */
  void deleteWindow(long windowId);
}
