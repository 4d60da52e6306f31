package dev.alluvium.trainer.loop;

import dev.alluvium.trainer.consume.ControlInput;
import dev.alluvium.trainer.consume.Input;
import dev.alluvium.trainer.consume.MixerReports;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.consume.WindowReader;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds out what was deleted before it was trained.
 *
 * @param windows where it was
 * @param reports where the mixer tells of the last window, when none is left
 */
record Deletions(WindowReader windows, MixerReports reports) {
  private static final Duration IDLE = Duration.ofMillis(200);

  /** Where the first whole input that is left begins, and the number of the first window. */
  private record Left(long offset, OptionalLong window) {}

  /**
   * What is gone of the records from an offset on; nothing if all are there. Leaves the reader
   * anywhere.
   *
   * @param offset to read next
   * @param earliest the first that is there
   * @param lastWindow the last window with an outcome
   * @throws LostWindowsException when it cannot be told, because no window is left and no report,
   *     or because the topic is another one by now
   */
  Optional<Deleted> since(long offset, long earliest, long lastWindow) {
    if (windows.end() < offset) {
      throw new LostWindowsException(offset, windows.end());
    }
    if (earliest <= offset) {
      return Optional.empty();
    }
    Left left = left();
    OptionalLong mixed = OptionalLong.empty();
    if (left.window().isEmpty()) {
      mixed = reports.lastWindow();
      left = left(); // what the mixer has told of is there by now, or deleted
    }
    if (left.window().isEmpty() && mixed.isEmpty()) {
      throw new LostWindowsException(offset, left.offset(), lastWindow + 1);
    }
    long gone = left.window().isPresent() ? left.window().getAsLong() - 1 : mixed.getAsLong();
    return Optional.of(
        new Deleted(offset, left.offset(), lastWindow + 1, Math.max(lastWindow, gone)));
  }

  private Left left() {
    windows.seekToFirstWindow();
    OptionalLong offset = OptionalLong.empty();
    while (!windows.isAtEnd()) {
      Optional<Input> next = windows.poll(IDLE);
      if (next.isPresent() && next.get() instanceof Window window) {
        return new Left(offset.orElse(window.offset()), OptionalLong.of(window.id()));
      }
      if (next.isPresent() && offset.isEmpty()) {
        offset = OptionalLong.of(((ControlInput) next.get()).offset());
      }
    }
    return new Left(offset.orElse(windows.position()), OptionalLong.empty());
  }
}
