package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.WindowRecord;

/** Where the fold's results go. */
public interface MixOutput {
  /**
   * A record of a window, or a control between two windows.
   *
   * @param windowId the window; for a control the last window before it
   */
  void window(long windowId, WindowRecord record);

  /** The books as they stand. */
  void report(Report report);

  /**
   * A ledger entry had no effect.
   *
   * @param reason a code, also counted in the books
   * @param detail for a person
   */
  void ignored(String reason, String detail);
}
