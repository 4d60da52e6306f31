package dev.alluvium.streams.config;

/**
 * What is watched for drift, and when it is worth an alarm.
 *
 * @param enabled whether the watch runs
 * @param reference windows of the trailing reference, the last ones before those compared
 * @param pinnedFrom first window of a pinned reference; 0 for the trailing one
 * @param pinnedTo last window of a pinned reference; 0 for the trailing one
 * @param minReference fewest windows of a reference that anything is compared with
 * @param recent windows that are compared with the reference, the last ones
 * @param minExamples fewest counts of the last windows that are compared; more windows are taken
 *     until there are as many
 * @param falseAlarms alarms expected in 200 windows when nothing drifts
 * @param shift change of a skill's share that the cumulative sums look for
 * @param minEffect least Cramer's V of arrived mix and reference that is worth an alarm
 * @param minChange least change of a share or of a rate that is worth an alarm
 * @param lengthRatio least ratio of mean lengths that is worth an alarm
 * @param planGap least gap between a skill's trained and planned share that is worth an alarm
 * @param clearAfter windows in a row without drift that end an alarm
 */
public record WatchSettings(
    boolean enabled,
    int reference,
    long pinnedFrom,
    long pinnedTo,
    int minReference,
    int recent,
    int minExamples,
    double falseAlarms,
    double shift,
    double minEffect,
    double minChange,
    double lengthRatio,
    double planGap,
    int clearAfter) {

  /** Windows the watch remembers, and so the longest reference with what is compared. */
  public static final int REMEMBERED = 1_000;

  /** Most windows that are compared with the reference. */
  public static final int MOST_RECENT = 20;

  private static final int LONGEST_REFERENCE = REMEMBERED - MOST_RECENT;

  /** Checks every value. */
  public WatchSettings {
    Require.within("watch.recent", recent, 1, MOST_RECENT);
    Require.within("watch.minReference", minReference, 10, LONGEST_REFERENCE);
    Require.within("watch.reference", reference, minReference, LONGEST_REFERENCE);
    Require.within("watch.pinnedFrom", pinnedFrom, 0, Long.MAX_VALUE);
    if (pinnedFrom == 0) {
      Require.that(
          pinnedTo == 0,
          "watch.pinnedTo is %d: expected 0, because watch.pinnedFrom is 0".formatted(pinnedTo));
    } else {
      Require.within(
          "watch.pinnedTo",
          pinnedTo,
          pinnedFrom + minReference - 1,
          pinnedFrom + LONGEST_REFERENCE - 1);
    }
    Require.within("watch.minExamples", minExamples, 10, 1_000_000);
    within("watch.falseAlarms", falseAlarms, 1e-6, 10);
    within("watch.shift", shift, 0.01, 0.5);
    within("watch.minEffect", minEffect, 0, 1);
    within("watch.minChange", minChange, 0, 1);
    within("watch.lengthRatio", lengthRatio, 1, 100);
    within("watch.planGap", planGap, 0.01, 1);
    Require.within("watch.clearAfter", clearAfter, 1, 1_000);
  }

  private static void within(String key, double value, double least, double most) {
    Require.that(
        least <= value && value <= most,
        "%s is %s: expected %s to %s".formatted(key, value, least, most));
  }

  /** The last 100 windows, one false alarm in 200 runs of 200 windows. */
  public static WatchSettings defaults() {
    return new WatchSettings(true, 100, 0, 0, 20, 3, 100, 0.005, 0.03, 0.05, 0.02, 1.25, 0.1, 5);
  }

  /** Whether the reference is pinned. */
  public boolean pinned() {
    return pinnedFrom > 0;
  }
}
