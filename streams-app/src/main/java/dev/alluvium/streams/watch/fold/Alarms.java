package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.StandingAlarm;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Alarms with hysteresis: hard to begin, and over only after so many calm windows in a row. */
final class Alarms {
  private final int clearAfter;
  private final SortedMap<String, StandingAlarm> standing = new TreeMap<>();

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

  private static String over(StandingAlarm alarm, Finding finding) {
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
