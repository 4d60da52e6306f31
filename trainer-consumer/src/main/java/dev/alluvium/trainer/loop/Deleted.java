package dev.alluvium.trainer.loop;

import java.util.List;
import java.util.stream.LongStream;

/**
 * Records of training.windows.v1 that were deleted before they were read.
 *
 * @param firstOffset where training stands
 * @param nextOffset where the first whole window or order begins that is still there; the end of
 *     the topic if there is none
 * @param firstWindow the window that should be trained next
 * @param lastWindow the last window that is gone; one less than the first if none is
 */
record Deleted(long firstOffset, long nextOffset, long firstWindow, long lastWindow) {

  /** Whether windows were deleted, and not orders or marks of transactions alone. */
  boolean hasLoss() {
    return lastWindow >= firstWindow;
  }

  /** The windows that are gone. */
  List<Long> windows() {
    return LongStream.rangeClosed(firstWindow, lastWindow).boxed().toList();
  }

  /** What is gone, in words. */
  String told() {
    if (lastWindow < firstWindow) {
      return "no windows";
    }
    return firstWindow == lastWindow
        ? "window " + firstWindow
        : "windows %d to %d".formatted(firstWindow, lastWindow);
  }
}
