package dev.alluvium.cli.operate;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.bisect.KnownWindow;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What became of some windows, and which versions have them in their weights. A fold of the
 * ledger's outcomes: the state of a window at the moment a version was made says whether the
 * version learnt from it, whatever was left behind before or after. The parents of the versions do
 * not say that, because training goes on from versions that the gate held.
 */
final class WindowFates {
  private final LongPredicate watched;
  private final Map<Long, ModelVersion> unmade = new HashMap<>();
  private final SortedMap<Long, Fate> fates = new TreeMap<>();
  private final Map<String, Made> made = new HashMap<>();
  private String returnToBase = "";
  private long last;

  /**
   * What is known of a window after some outcome of it.
   *
   * @param refused places of the examples the model could not take
   * @param left whether a rollback left the window behind
   * @param dropped whether the probes that came with it were left behind too
   * @param before what was known before the commit that said so; null for nothing
   */
  private record Fate(
      OutcomeStatus status,
      String checkpoint,
      Set<Integer> refused,
      boolean left,
      boolean dropped,
      @Nullable Fate before) {}

  /**
   * A version at the moment it was made.
   *
   * @param learnt the watched windows in its weights
   * @param untold those of them of which no outcome ever said so
   * @param left the watched windows that were left behind before
   * @param dropped the watched windows whose probes were left behind before
   */
  private record Made(
      SortedSet<Long> learnt, Set<Long> untold, Set<Long> left, Set<Long> dropped) {}

  /**
   * Before the first outcome.
   *
   * @param versions those that are asked about
   * @param watched the windows that are asked about
   */
  WindowFates(Collection<ModelVersion> versions, LongPredicate watched) {
    this.watched = watched;
    versions.forEach(version -> unmade.put(version.getLastWindow(), version));
  }

  /** The next outcome in the ledger's order. */
  void accept(Outcome outcome) {
    long window = outcome.getWindowId();
    last = Math.max(last, window);
    if (window == 1 && leftBehind(outcome)) {
      returnToBase = outcome.getCheckpoint();
    }
    if (watched.test(window)) {
      fates.put(window, after(fates.get(window), outcome));
    }
    ModelVersion version = unmade.remove(window);
    if (version != null) {
      made.put(version.getVersion(), made(version, outcome));
    }
  }

  /** The last word on a window; nothing while there is none, or when it is no longer kept. */
  Optional<OutcomeStatus> outcome(long window) {
    return Optional.ofNullable(fates.get(window)).map(Fate::status);
  }

  /** Whether a window without an outcome must have had one, which is no longer kept. */
  boolean isForgotten(long window) {
    return window <= last && !fates.containsKey(window);
  }

  /** Whether the model could not take the example at a place of a window. */
  boolean isRefused(long window, int index) {
    Fate fate = fates.get(window);
    return fate != null && fate.refused().contains(index);
  }

  /** Whether the ledger still tells how a version was made. */
  boolean tellsOf(ModelVersion version) {
    return made.containsKey(version.getVersion());
  }

  /** Whether something is known of each of these windows, all of them watched. */
  boolean tellsOfAll(long from, long to) {
    return from > to || fates.subMap(from, to + 1).size() == to - from + 1;
  }

  /** The watched windows in a version's weights. */
  SortedSet<Long> learnt(ModelVersion version) {
    Made then = made.get(version.getVersion());
    return then == null ? Collections.emptySortedSet() : then.learnt();
  }

  /** Whether a version was measured by the probes that came with a watched window. */
  boolean isMeasured(ModelVersion version, long window) {
    Made then = made.get(version.getVersion());
    return then != null && window <= version.getLastWindow() && !then.dropped().contains(window);
  }

  /** What was known of watched windows when a version was made, of which all of these are told. */
  SortedMap<Long, KnownWindow> known(ModelVersion version, long from, long to) {
    Made then = Objects.requireNonNull(made.get(version.getVersion()));
    SortedMap<Long, KnownWindow> known = new TreeMap<>();
    fates
        .subMap(from, to + 1)
        .forEach(
            (window, fate) ->
                known.put(
                    window,
                    new KnownWindow(
                        past(then, window),
                        new TreeSet<>(fate.refused()),
                        then.dropped().contains(window))));
    return known;
  }

  private static KnownWindow.Past past(Made then, long window) {
    if (then.untold().contains(window)) {
      return KnownWindow.Past.UNTOLD;
    }
    if (then.learnt().contains(window)) {
      return KnownWindow.Past.TRAINED;
    }
    return then.left().contains(window)
        ? KnownWindow.Past.LEFT_BEHIND
        : KnownWindow.Past.PASSED_OVER;
  }

  private Fate after(@Nullable Fate known, Outcome outcome) {
    boolean left = leftBehind(outcome);
    boolean dropped =
        (left && !outcome.getCheckpoint().equals(returnToBase))
            || (known != null && known.dropped());
    Set<Integer> refused =
        known == null || !left ? Set.copyOf(outcome.getRefused()) : known.refused();
    return new Fate(
        outcome.getStatus(),
        outcome.getCheckpoint(),
        refused,
        left,
        dropped,
        known == null
            ? null
            : new Fate(
                known.status(),
                known.checkpoint(),
                known.refused(),
                known.left(),
                known.dropped(),
                null));
  }

  private Made made(ModelVersion version, Outcome ofLastWindow) {
    boolean atOnce = version.getStatus() == VersionStatus.ROLLED_BACK && leftBehind(ofLastWindow);
    SortedSet<Long> learnt = new TreeSet<>();
    Set<Long> untold = new HashSet<>();
    Set<Long> left = new HashSet<>();
    Set<Long> dropped = new TreeSet<>();
    fates
        .headMap(version.getLastWindow() + 1)
        .forEach(
            (window, fate) -> {
              boolean undone = atOnce && fate.checkpoint().equals(ofLastWindow.getCheckpoint());
              Fate then = undone ? fate.before() : fate;
              // Trained and left behind in one commit: no outcome ever said TRAINED.
              boolean only = then == null && window >= version.getFirstWindow();
              if (only || (then != null && then.status() == OutcomeStatus.TRAINED)) {
                learnt.add(window);
              }
              if (only) {
                untold.add(window);
              }
              if (then != null && then.left()) {
                left.add(window);
              }
              if (then != null && then.dropped()) {
                dropped.add(window);
              }
            });
    return new Made(learnt, untold, left, dropped);
  }

  /** A rollback knows no examples; a window passed over for its gradients has some. */
  private static boolean leftBehind(Outcome outcome) {
    return outcome.getStatus() == OutcomeStatus.QUARANTINED && outcome.getExamples() == 0;
  }
}
