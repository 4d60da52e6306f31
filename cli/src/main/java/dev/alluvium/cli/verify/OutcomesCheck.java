package dev.alluvium.cli.verify;

import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
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
    boolean allDeleted = !windowsWhole && windows.isEmpty();
    long deletedBefore = windowsWhole || windows.isEmpty() ? 1 : windows.firstKey();
    if (!allDeleted) {
      outcomes
          .tailMap(deletedBefore, true)
          .forEach((id, outcome) -> compare(outcome, windows.get(id), all));
    }
    gaps(whole && !allDeleted ? deletedBefore : 0, deletedBefore, all);
    return all;
  }

  /**
   * Windows without an outcome before one with an outcome.
   *
   * @param first the window that must have one if any has; 0 for the first that has
   * @param from windows before it are not looked at
   */
  private void gaps(long first, long from, List<Difference> all) {
    long next = first;
    for (long id : outcomes.tailMap(from, true).keySet()) {
      if (next != 0 && id > next) {
        all.add(
            Difference.of(
                Kind.OUTCOME_MISSING,
                id == next + 1
                    ? window(next)
                    : "outcomes of windows %d to %d".formatted(next, id - 1),
                "an outcome",
                "none"));
      }
      next = id + 1;
    }
  }

  /** The newest window with an outcome; what is given when the ledger tells of none. */
  long newestOr(long unknown) {
    return outcomes.isEmpty() ? unknown : outcomes.lastKey();
  }

  /** The first of these windows whose last outcome says that it is in the weights. */
  Optional<Long> firstTrained(long from, long to) {
    return from > to
        ? Optional.empty()
        : outcomes.subMap(from, true, to, true).values().stream()
            .filter(outcome -> outcome.getStatus() == OutcomeStatus.TRAINED)
            .map(Outcome::getWindowId)
            .findFirst();
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
