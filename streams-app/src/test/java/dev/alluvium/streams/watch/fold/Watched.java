package dev.alluvium.streams.watch.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.WatchSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.message.SchemaStore;

/** A watch of a made-up flow, and what it said. */
final class Watched implements WatchOutput {
  /** An alarm, or its end, and the window it came at. */
  record Event(long windowId, DriftAlarm alarm) {}

  private static final AvroSerde<Report> BYTES =
      AvroSerde.of(Report.class, new SchemaStore.Cache());

  final List<Event> events = new ArrayList<>();
  final Map<Long, DriftReport> reports = new TreeMap<>();
  final List<String> ignored = new ArrayList<>();
  final MemoryWatchStore store = new MemoryWatchStore();
  final Flow flow;
  private WatchFold fold;

  Watched(long seed, int skills, WatchSettings settings) {
    this.fold = new WatchFold(store, settings);
    this.flow = new Flow(seed, skills, report -> fold.fold(report, this));
  }

  /** Five skills in equal shares. */
  static Watched equal(long seed) {
    return new Watched(seed, 5, WatchSettings.defaults());
  }

  void fold(Report report) {
    fold.fold(report, this);
  }

  /** Goes on from what the store holds, as after a restart. */
  void restart(WatchSettings settings) {
    fold = new WatchFold(store, settings);
  }

  @Override
  public void report(Report report) {
    assertThat(BYTES.toBytes(report)).hasSizeLessThan(Topics.MAX_INTERNAL_BYTES);
    DriftReport drift = (DriftReport) report.getBody();
    reports.put(drift.getWindowId(), drift);
  }

  @Override
  public void alarm(long windowId, DriftAlarm alarm) {
    events.add(new Event(windowId, alarm));
  }

  @Override
  public void ignored(String reason, String detail) {
    ignored.add(reason);
  }

  /** The first window at which an alarm of one of the kinds began. */
  OptionalLong firstAlarm(Set<String> kinds) {
    return events.stream()
        .filter(event -> event.alarm().getEvent() == AlarmEvent.ALARM)
        .filter(event -> kinds.contains(event.alarm().getKind()))
        .mapToLong(Event::windowId)
        .findFirst();
  }
}
