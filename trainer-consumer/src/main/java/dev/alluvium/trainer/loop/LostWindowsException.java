package dev.alluvium.trainer.loop;

/** Windows were deleted from training.windows.v1 before they were trained. */
public final class LostWindowsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is gone and what to do. */
  LostWindowsException(Deleted deleted) {
    super(
        "%s %s deleted before being trained, by retention or by hand: training stands at offset %d of training.windows.v1, and what is left begins at offset %d. Orders in between are lost too. To go on without them, start the trainer once with `alluvium train --from latest --accept-loss`: they go into quarantine, and training goes on at offset %d"
            .formatted(
                deleted.told(),
                deleted.firstWindow() == deleted.lastWindow() ? "was" : "were",
                deleted.firstOffset(),
                deleted.nextOffset(),
                deleted.nextOffset()));
  }

  /**
   * How many are gone cannot be told.
   *
   * @param offset where training stands
   * @param nextOffset the end of the topic
   * @param window the window that should be trained next
   */
  LostWindowsException(long offset, long nextOffset, long window) {
    super(
        "training stands at offset %d of training.windows.v1, and everything up to its end at %d was deleted unread: whether window %d and later ones were there cannot be told, because no report of the mixer is left in reports.v1 either. Let `alluvium streams` run and produce a pair, so that the mixer reports; then start the trainer again, and it says what is lost"
            .formatted(offset, nextOffset, window));
  }

  /**
   * The topic was made anew, or has lost its end.
   *
   * @param offset where training stands
   * @param end where the topic ends
   */
  LostWindowsException(long offset, long end) {
    super(
        "training stands at offset %d of training.windows.v1, and the topic ends at %d already: it was deleted and made anew, or a broker has lost its end. No window after the last one trained can be told from others: bring the topic back from a copy, or start a new namespace"
            .formatted(offset, end));
  }

  /** The topic was cut while it was read. */
  LostWindowsException(long offset, Throwable cause) {
    super(
        "what follows offset %d of training.windows.v1 was deleted before it was trained: start the trainer again, and it says what is lost"
            .formatted(offset),
        cause);
  }
}
