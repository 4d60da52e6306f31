package dev.alluvium.streams.dashboard.history;

import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The last that was said about drift: alarms that began and ended, and those that stand. */
final class DriftLog {
  /** Alarms that began or ended and are kept. */
  static final int EVENTS = 100;

  /** Standing alarms that are kept; their kinds times skills are fewer. */
  private static final int STANDING = 512;

  /**
   * An alarm that began or ended.
   *
   * @param time when it was stated
   * @param window at which window
   */
  record Event(long time, long window, DriftAlarm alarm) {
    boolean isSameAs(Event other) {
      return window == other.window
          && alarm.getEvent() == other.alarm.getEvent()
          && key(alarm).equals(key(other.alarm));
    }
  }

  private final Deque<Event> events = new ArrayDeque<>();
  private @Nullable DriftReport last;

  /**
   * Takes a report.
   *
   * @return alarms that began with it; a window is reported twice, its alarms count once
   */
  long accept(long time, DriftReport report) {
    last = report;
    long begun = 0;
    for (DriftAlarm alarm : report.getAlarms()) {
      Event event = new Event(time, report.getWindowId(), alarm);
      if (events.stream().noneMatch(event::isSameAs)) {
        events.addLast(event);
        if (events.size() > EVENTS) {
          events.removeFirst();
        }
        begun += alarm.getEvent() == AlarmEvent.ALARM ? 1 : 0;
      }
    }
    return begun;
  }

  private static String key(DriftAlarm alarm) {
    return alarm.getSkill() == null ? alarm.getKind() : alarm.getKind() + "/" + alarm.getSkill();
  }

  /** The last report, or null before the first. */
  @Nullable DriftReport last() {
    return last;
  }

  /** Oldest first. */
  List<Event> events() {
    return new ArrayList<>(events);
  }

  /** Alarms that stand: kind, or kind, slash and skill, to the window at which they began. */
  Map<String, Long> standing() {
    Map<String, Long> standing = new TreeMap<>();
    if (last != null) {
      new TreeMap<>(last.getStanding())
          .entrySet().stream()
              .limit(STANDING)
              .forEach(alarm -> standing.put(alarm.getKey(), alarm.getValue()));
    }
    return standing;
  }
}
