package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.Report;

/** Where the fold's results go. */
public interface WatchOutput {
  /** Drift at a window; its body is a {@code DriftReport}. */
  void report(Report report);

  /** An alarm begins or ends at a window; once, while reports of the window repeat it. */
  void alarm(long windowId, DriftAlarm alarm);

  /**
   * A report had no effect.
   *
   * @param reason a code
   * @param detail for a person
   */
  void ignored(String reason, String detail);
}
