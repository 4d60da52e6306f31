package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.StandingAlarm;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Alarms with hysteresis: hard to begin, and over only after so many calm windows in a row, or when
 * for as many windows there was too little to look at.
 */
final class Alarms {
  private final int clearAfter;
  private final SortedMap<String, StandingAlarm> standing = new TreeMap<>();
  private final Set<String> seen = new HashSet<>();

  Alarms(int clearAfter, List<StandingAlarm> standing) {
    this.clearAfter = clearAfter;
    standing.forEach(alarm -> this.standing.put(key(alarm.getKind(), alarm.getSkill()), alarm));
  }

  private static String key(String kind, @Nullable String skill) {
    return skill == null ? kind : kind + "/" + skill;
  }

  boolean stands(String kind, @Nullable String skill) {
    return standing.containsKey(key(kind, skill));
  }

  /**
   * Begins or ends an alarm, or neither.
   *
   * @param windowId the window that was looked at
   * @param events where the event is added
   */
  void judge(long windowId, Finding finding, List<DriftAlarm> events) {
    String key = key(finding.kind(), finding.skill());
    StandingAlarm alarm = standing.get(key);
    seen.add(key);
    if (alarm == null) {
      if (finding.raises()) {
        standing.put(
            key, new StandingAlarm(finding.kind(), finding.skill(), windowId, finding.before(), 0));
        events.add(event(AlarmEvent.ALARM, finding, finding.text().get()));
      }
      return;
    }
    int calm = finding.calm() ? alarm.getCalm() + 1 : 0;
    if (calm < clearAfter) {
      standing.put(
          key,
          new StandingAlarm(
              alarm.getKind(), alarm.getSkill(), alarm.getWindow(), alarm.getBefore(), calm));
    } else {
      standing.remove(key);
      events.add(event(AlarmEvent.ALL_CLEAR, finding, over(alarm, finding)));
    }
  }

  /**
   * Ends a look: what stands and was not judged since the last one could not be compared.
   *
   * @param kinds which kinds were looked at
   */
  void endLook(long windowId, Predicate<String> kinds, List<DriftAlarm> events) {
    for (StandingAlarm alarm : List.copyOf(standing.values())) {
      String key = key(alarm.getKind(), alarm.getSkill());
      if (kinds.test(alarm.getKind()) && !seen.contains(key)) {
        judge(windowId, unseen(alarm), events);
      }
    }
    seen.clear();
  }

  /** A calm window, because nothing can be said against it. */
  private static Finding unseen(StandingAlarm alarm) {
    String what = key(alarm.getKind(), alarm.getSkill());
    return new Finding(
        alarm.getKind(),
        alarm.getSkill(),
        false,
        true,
        0,
        0,
        alarm.getBefore(),
        alarm.getBefore(),
        0,
        () -> "",
        () -> "too little is seen of %s to compare it any longer".formatted(what));
  }

  private static String over(StandingAlarm alarm, Finding finding) {
    if (finding.near() == 0) {
      return "%s; the alarm began at window %d".formatted(finding.state().get(), alarm.getWindow());
    }
    boolean back = Math.abs(finding.now() - alarm.getBefore()) < finding.near();
    return back
        ? "%s again, as before the alarm of window %d"
            .formatted(finding.state().get(), alarm.getWindow())
        : "%s still, but the reference has followed since the alarm of window %d"
            .formatted(finding.state().get(), alarm.getWindow());
  }

  private static DriftAlarm event(AlarmEvent event, Finding finding, String text) {
    return new DriftAlarm(
        event, finding.kind(), finding.skill(), finding.value(), finding.threshold(), text);
  }

  /** Alarms that stand, to the window at which they began. */
  SortedMap<String, Long> windows() {
    SortedMap<String, Long> windows = new TreeMap<>();
    standing.forEach((key, alarm) -> windows.put(key, alarm.getWindow()));
    return windows;
  }

  List<StandingAlarm> state() {
    return new ArrayList<>(standing.values());
  }
}
