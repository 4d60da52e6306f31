package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.RateTotals;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.WatchState;
import dev.alluvium.schemas.avro.WatchedWindow;
import dev.alluvium.schemas.avro.WindowReport;
import dev.alluvium.streams.config.WatchSettings;
import dev.alluvium.streams.watch.fold.SkillShares.Column;
import dev.alluvium.streams.watch.fold.WindowHistory.Comparison;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Folds reports into drift: what curate counts is added up, every window is compared with its
 * reference when it is closed and with its plan when it is trained, and each time its drift is
 * stated.
 */
public final class WatchFold {
  private final WatchStore store;
  private final WindowHistory history;
  private final TaskTotals totals;
  private final Alarms alarms;
  private final ShareDrift shareDrift;
  private final ArrivedDrift arrivedDrift;
  private final RateDrifts rateDrifts;
  private final PlanDrift planDrift;
  private long lastWindow;

  /** A fold that goes on from what the store holds. */
  public WatchFold(WatchStore store, WatchSettings settings) {
    this.store = store;
    this.history = new WindowHistory(store, settings);
    WatchState state = store.state();
    if (state == null) {
      state = new WatchState(0L, Map.of(), new RateTotals(Map.of(), Map.of()), Map.of(), List.of());
    }
    this.lastWindow = state.getLastWindow();
    this.totals = new TaskTotals(state.getTasks(), state.getSince());
    this.alarms = new Alarms(settings.clearAfter(), state.getStanding());
    this.shareDrift = new ShareDrift(settings, alarms, state.getSums());
    this.arrivedDrift = new ArrivedDrift(settings, alarms, shareDrift);
    this.rateDrifts = new RateDrifts(settings, alarms);
    this.planDrift = new PlanDrift(settings, alarms);
  }

  /**
   * Folds one report; reports that say nothing about drift, such as the watch's own, change
   * nothing.
   *
   * @param out where drift is stated
   */
  public void fold(Report report, WatchOutput out) {
    Object body = report.getBody();
    if (body instanceof CurateReport curate) {
      taken(totals.add(curate), curate.getTask(), out);
    } else if (body instanceof AskReport ask) {
      taken(totals.add(ask), ask.getTask(), out);
    } else if (body instanceof WindowReport window) {
      closed(window, report.getTime(), out);
    } else if (body instanceof TrainReport training) {
      trained(training, report.getTime(), out);
    } else {
      return;
    }
    store.putState(state());
  }

  private WatchState state() {
    return new WatchState(
        lastWindow, totals.tasks(), totals.since(), shareDrift.state(), alarms.state());
  }

  private static void taken(boolean known, String task, WatchOutput out) {
    if (!known) {
      out.ignored("too_many_tasks", "task " + task);
    }
  }

  private void closed(WindowReport window, Instant time, WatchOutput out) {
    if (window.getWindowId() <= lastWindow) {
      out.ignored(
          "window_known",
          "window %d was closed again; the last was %d"
              .formatted(window.getWindowId(), lastWindow));
      return;
    }
    lastWindow = window.getWindowId();
    RateTotals since = totals.take();
    WatchedWindow watched =
        new WatchedWindow(
            lastWindow,
            window.getPlanned(),
            window.getReplayed(),
            window.getArrived(),
            examples(window),
            window.getEstimatedTokens(),
            Map.of(),
            since.getHits(),
            since.getTrials(),
            null);
    history.put(watched);
    DriftReport drift = look(watched);
    history.put(later(watched, Map.of(), drift));
    drift.getAlarms().forEach(alarm -> out.alarm(lastWindow, alarm));
    out.report(new Report(time, drift));
  }

  /** The window as it is later. */
  private static WatchedWindow later(
      WatchedWindow window, Map<String, Long> trained, @Nullable DriftReport report) {
    return new WatchedWindow(
        window.getWindowId(),
        window.getPlanned(),
        window.getReplayed(),
        window.getArrived(),
        window.getExamples(),
        window.getEstimatedTokens(),
        trained,
        window.getHits(),
        window.getTrials(),
        report);
  }

  private static Map<String, Long> examples(WindowReport window) {
    Map<String, Long> examples = new HashMap<>();
    window.getExamples().forEach((skill, n) -> examples.merge(skill, n.longValue(), Long::sum));
    window.getReplayed().forEach((skill, n) -> examples.merge(skill, n.longValue(), Long::sum));
    return examples;
  }

  private DriftReport look(WatchedWindow window) {
    long id = window.getWindowId();
    DriftReport.Builder report = DriftReport.newBuilder().setWindowId(id);
    List<DriftAlarm> events = new ArrayList<>();
    SkillShares shares = new SkillShares();
    Optional<Comparison> found = history.comparison(id, ArrivedDrift::arrived);
    shares.put(Column.PLANNED, window.getPlanned());
    shares.put(Column.ARRIVED, window.getArrived());
    if (found.isPresent()) {
      Comparison comparison = found.get();
      arrivedDrift.look(window, comparison, report, events);
      shares.put(Column.RECENT, comparison.recent().sums(WatchedWindow::getArrived));
      shares.put(Column.REFERENCE, comparison.reference().sums(WatchedWindow::getArrived));
    } else {
      report.setNote(history.missing(id));
    }
    report.setRates(rateDrifts.look(id, history, events));
    alarms.endLook(id, kind -> !kind.equals(PlanDrift.KIND), events);
    return report
        .setSkills(shares.drifts())
        .setAlarms(events)
        .setStanding(alarms.windows())
        .build();
  }

  private void trained(TrainReport training, Instant time, WatchOutput out) {
    WatchedWindow closed = history.get(training.getWindowId());
    @Nullable DriftReport stated = closed == null ? null : closed.getReport();
    if (closed == null || stated == null) {
      out.ignored(
          "window_unknown",
          "window %d was trained, but is not among those that wait for it"
              .formatted(training.getWindowId()));
      return;
    }
    WatchedWindow window = later(closed, training.getTokens(), null);
    history.put(window);
    SkillShares shares = SkillShares.of(stated.getSkills());
    shares.put(Column.TRAINED, window.getTrained());
    DriftReport.Builder report = DriftReport.newBuilder(stated);
    List<DriftAlarm> more = new ArrayList<>();
    planDrift.look(window, history, report, shares, more);
    alarms.endLook(window.getWindowId(), kind -> kind.equals(PlanDrift.KIND), more);
    more.forEach(alarm -> out.alarm(window.getWindowId(), alarm));
    List<DriftAlarm> events = new ArrayList<>(stated.getAlarms());
    events.addAll(more);
    out.report(
        new Report(
            time,
            report
                .setSkills(shares.drifts())
                .setAlarms(events)
                .setStanding(alarms.windows())
                .build()));
  }
}
