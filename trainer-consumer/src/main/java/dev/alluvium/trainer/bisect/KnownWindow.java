package dev.alluvium.trainer.bisect;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the ledger knows of a window at the moment a version was made.
 *
 * @param past what had become of it
 * @param untrained places in it of examples that were not trained
 * @param probesDropped whether the probes that came with it had been left behind
 */
public record KnownWindow(Past past, SortedSet<Integer> untrained, boolean probesDropped) {
  /** Copies the places. */
  public KnownWindow {
    untrained = Collections.unmodifiableSortedSet(new TreeSet<>(untrained));
  }

  /** What became of a window. */
  public enum Past {
    /** It is in the version's weights. */
    TRAINED,
    /** Left behind in the very commit that made the version: its guards alone can tell. */
    UNTOLD,
    /** The guards put it into quarantine. */
    PASSED_OVER,
    /** A rollback before the version left it behind. */
    LEFT_BEHIND
  }
}
