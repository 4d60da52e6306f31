package dev.alluvium.cli.produce;

import java.util.Locale;
import java.util.Map;

/**
 * What became of the input.
 *
 * @param produced pairs the broker has taken
 * @param reasons malformed pieces by reason
 * @param failed pairs the broker has not taken
 * @param bytes bytes of the values taken
 * @param seconds wall time
 */
record ProduceSummary(
    long produced, Map<String, Long> reasons, long failed, long bytes, double seconds) {

  /** Pieces of input that are no pair. */
  long malformed() {
    return reasons.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public String toString() {
    String text =
        String.format(
            Locale.ROOT,
            "%,d pairs produced, %,d malformed, %,d not taken by the broker; %,d bytes in %.1f s",
            produced,
            malformed(),
            failed,
            bytes,
            seconds);
    return reasons.isEmpty() ? text : text + "; malformed: " + reasons;
  }
}
