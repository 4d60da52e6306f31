package dev.alluvium.cli.verify;

import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes against windows: none is trained twice, or after it went into quarantine; none is
 * skipped; each counts the window's examples. A rollback may put a window into quarantine that was
 * trained, and may do so again.
 */
final class OutcomesCheck {
  private final boolean whole;
  private final NavigableMap<Long, Outcome> outcomes = new TreeMap<>();
  private final List<Difference> differences = new ArrayList<>();

  /**
   * A check that has seen nothing.
   *
   * @param whole whether the ledger still has its first entry
   */
  OutcomesCheck(boolean whole) {
    this.whole = whole;
  }

  /** The next outcome of the ledger. */
  void add(Outcome outcome) {
    Outcome before = outcomes.put(outcome.getWindowId(), outcome);
    if (before != null && outcome.getStatus() == OutcomeStatus.TRAINED) {
      differences.add(
          Difference.of(
              Kind.OUTCOME_TWICE,
              window(outcome.getWindowId()),
              "no outcome after " + before.getStatus() + ", or QUARANTINED",
              outcome.getStatus()));
    }
  }

  /** All that is wrong, once every outcome was given. */
  List<Difference> differences(NavigableMap<Long, SeenWindow> windows, boolean windowsWhole) {
    List<Difference> all = new ArrayList<>(differences);
    long deletedBefore = windowsWhole || windows.isEmpty() ? 1 : windows.firstKey();
    outcomes
        .tailMap(deletedBefore, true)
        .forEach((id, outcome) -> compare(outcome, windows.get(id), all));
    if (!outcomes.isEmpty()) {
      long first = whole ? deletedBefore : Math.max(deletedBefore, outcomes.firstKey());
      for (long id = first; id < outcomes.lastKey(); id++) {
        if (!outcomes.containsKey(id)) {
          all.add(Difference.of(Kind.OUTCOME_MISSING, window(id), "an outcome", "none"));
        }
      }
    }
    return all;
  }

  /** The newest window with an outcome; what is given when the ledger tells of none. */
  long newestOr(long unknown) {
    return outcomes.isEmpty() ? unknown : outcomes.lastKey();
  }

  /** Whether a window's last outcome says that it is in the weights. */
  boolean isTrained(long window) {
    Outcome outcome = outcomes.get(window);
    return outcome != null && outcome.getStatus() == OutcomeStatus.TRAINED;
  }

  private static void compare(Outcome outcome, @Nullable SeenWindow window, List<Difference> all) {
    String where = window(outcome.getWindowId());
    if (window == null) {
      all.add(Difference.of(Kind.OUTCOME_UNKNOWN_WINDOW, where, "a window", outcome.getStatus()));
      return;
    }
    // A rollback that leaves behind a window of an earlier commit knows of no examples.
    boolean uncounted =
        outcome.getStatus() == OutcomeStatus.QUARANTINED && outcome.getExamples() == 0;
    if (!uncounted && outcome.getExamples() != window.examples()) {
      all.add(
          Difference.of(Kind.OUTCOME_EXAMPLES, where, window.examples(), outcome.getExamples()));
    }
  }

  private static String window(long id) {
    return "outcome of window " + id;
  }
}
