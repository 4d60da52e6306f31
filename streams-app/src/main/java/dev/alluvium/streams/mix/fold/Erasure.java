package dev.alluvium.streams.mix.fold;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Lets go of a pair: of everything of its id that is here now, in whatever edition. What comes
 * later is not meant, and the signature of its text stays remembered.
 */
final class Erasure {
  /** Candidates that waited. */
  static final String POOL = "pool";

  /** New examples in windows without an outcome, which the trainer has or will get. */
  static final String OPEN_WINDOWS = "open_windows";

  /** Trained examples that would have been replayed. */
  static final String RESERVOIRS = "reservoirs";

  /** Probes, whether they wait for a window or were carried to the trainer. */
  static final String PROBES = "probes";

  private final Admission admission;
  private final OpenWindows open;
  private final Reservoirs reservoirs;
  private final ProbeSets probes;

  Erasure(Admission admission, OpenWindows open, Reservoirs reservoirs, ProbeSets probes) {
    this.admission = admission;
    this.open = open;
    this.reservoirs = reservoirs;
    this.probes = probes;
  }

  /** Lets go of it, and counts what left each place. */
  SortedMap<String, Long> of(String pairId) {
    SortedMap<String, Long> left = new TreeMap<>();
    left.put(POOL, (long) admission.erase(pairId));
    left.put(OPEN_WINDOWS, (long) open.erase(pairId));
    left.put(RESERVOIRS, (long) reservoirs.erase(pairId));
    left.put(PROBES, probes.erase(pairId) ? 1L : 0L);
    return left;
  }
}
