package dev.alluvium.streams.dashboard.history;

import org.jspecify.annotations.Nullable;

/** What happened in one interval of time. */
final class Bucket {
  final long start;

  /** Examples the policy asked for, by skill. */
  final Counts planned = new Counts();

  /** Candidates that came into the pools, by skill. */
  final Counts arrived = new Counts();

  /** Exact trained tokens, by skill. */
  final Counts trained = new Counts();

  /** Replayed examples, by skill. */
  final Counts replayed = new Counts();

  /** Trained examples, by origin. */
  final Counts origins = new Counts();

  /** Mean loss per trained token in the first pass and in the last. */
  final Mean lossFirst = new Mean();

  final Mean lossLast = new Mean();

  /**
   * Milliseconds from admission to a target, in the pool, and from a closed window to a trained
   * one.
   */
  final Mean targetWait = new Mean();

  final Mean poolWait = new Mean();
  final Mean windowWait = new Mean();

  /** Drift of arrived against the reference, and of trained against planned. */
  final Mean psi = new Mean();

  final Mean js = new Mean();
  final Mean trainedPsi = new Mean();

  /** Windows trained. */
  long windows;

  /** The last window trained, or 0. */
  long lastWindow;

  /** The last stage of a cycle in which a window was made. */
  @Nullable String stage;

  /** Alarms that began. */
  long alarms;

  /** The number of the last change to this bucket. */
  long changed;

  Bucket(long start) {
    this.start = start;
  }

  /** Takes in a later bucket. */
  void add(Bucket later) {
    planned.add(later.planned);
    arrived.add(later.arrived);
    trained.add(later.trained);
    replayed.add(later.replayed);
    origins.add(later.origins);
    lossFirst.add(later.lossFirst);
    lossLast.add(later.lossLast);
    targetWait.add(later.targetWait);
    poolWait.add(later.poolWait);
    windowWait.add(later.windowWait);
    psi.add(later.psi);
    js.add(later.js);
    trainedPsi.add(later.trainedPsi);
    windows += later.windows;
    lastWindow = Math.max(lastWindow, later.lastWindow);
    stage = later.stage == null ? stage : later.stage;
    alarms += later.alarms;
    changed = Math.max(changed, later.changed);
  }
}
