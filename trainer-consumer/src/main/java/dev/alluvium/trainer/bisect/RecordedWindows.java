package dev.alluvium.trainer.bisect;

import dev.alluvium.trainer.consume.Input;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.consume.WindowReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Windows that training.windows.v1 should still have, in their order.
 *
 * @param reader reads them
 * @param from an offset that is not after the first of them
 * @param first the first
 * @param last the last
 */
record RecordedWindows(WindowReader reader, long from, long first, long last) {
  private static final Duration IDLE = Duration.ofMillis(200);

  /**
   * Reads them once.
   *
   * @param visit told each; returns whether to go on
   * @return whether all were read
   * @throws CannotBisectException when some are not there any more
   * @throws CancellationException when told to stop
   */
  boolean each(Predicate<Window> visit, BooleanSupplier stop) {
    seek();
    long next = first;
    while (next <= last) {
      if (stop.getAsBoolean()) {
        throw new CancellationException("told to stop before window " + next);
      }
      Optional<Input> input = reader.poll(IDLE);
      if (input.isPresent() && input.get() instanceof Window window) {
        if (window.id() > next) {
          throw missing(next, "the first window after it is " + window.id());
        }
        if (window.id() == next) {
          next++;
          if (!visit.test(window)) {
            return false;
          }
        }
      } else if (input.isEmpty() && reader.isAtEnd()) {
        throw missing(next, "it ends at offset " + reader.position());
      }
    }
    return true;
  }

  /** The offset to look from for what came after them: what was deleted cannot be sought. */
  long earliest() {
    return Math.max(from, reader.earliest());
  }

  private void seek() {
    if (reader.earliest() > from) {
      reader.seekToFirstWindow();
    } else {
      reader.seek(from);
    }
  }

  private CannotBisectException missing(long window, String found) {
    return new CannotBisectException(
        "window %d is not in training.windows.v1 any more: %s, where windows %d to %d were expected; its retention has deleted it, so begin at a later version (--good)"
            .formatted(window, found, first, last));
  }
}
