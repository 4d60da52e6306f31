package dev.alluvium.streams.dashboard.history;

import java.time.Instant;

/**
 * How well the reports can be read.
 *
 * @param phase where the reading stands
 * @param detail what is wrong, for a person; empty when nothing is
 * @param behind records not read yet
 * @param unreadable records passed over because they could not be decoded
 * @param since when this phase began
 */
public record FeedState(Phase phase, String detail, long behind, long unreadable, Instant since) {

  /** Where the reading stands. */
  public enum Phase {
    /** Nothing has been read yet. */
    STARTING,
    /** Older reports are being read. */
    CATCHING_UP,
    /** Everything there is has been read. */
    LIVE,
    /** The broker does not answer, or does not let us read. */
    FAILING
  }

  /** Before the first record. */
  public static FeedState starting(Instant now) {
    return new FeedState(Phase.STARTING, "", 0, 0, now);
  }
}
