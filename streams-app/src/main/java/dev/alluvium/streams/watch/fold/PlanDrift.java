package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.WatchedWindow;
import dev.alluvium.streams.config.WatchSettings;
import dev.alluvium.streams.watch.fold.SkillShares.Column;
import dev.alluvium.streams.watch.measure.Divergences;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Drift of what is trained from what is planned. The plan counts examples and training counts
 * tokens, so the plan is put into tokens first: planned and replayed examples of a skill times the
 * tokens that a trained example of it has in the same windows. What is left is a matter of mix
 * only.
 */
final class PlanDrift {
  static final String KIND = "trained_share";

  private final WatchSettings settings;
  private final Alarms alarms;

  PlanDrift(WatchSettings settings, Alarms alarms) {
    this.settings = settings;
    this.alarms = alarms;
  }

  /** Compares the last trained windows with their plan, and judges alarms. */
  void look(
      WatchedWindow window,
      WindowHistory history,
      DriftReport.Builder report,
      SkillShares shares,
      List<DriftAlarm> events) {
    Optional<Span> found = history.trained(window.getWindowId());
    if (found.isEmpty()) {
      return;
    }
    Span span = found.get();
    SortedMap<String, Long> trained = span.sums(WatchedWindow::getTrained);
    SortedMap<String, Double> due = due(span, trained);
    SortedSet<String> names = new TreeSet<>(due.keySet());
    names.addAll(trained.keySet());
    double[] actual = names.stream().mapToDouble(s -> trained.getOrDefault(s, 0L)).toArray();
    double[] planned = names.stream().mapToDouble(s -> due.getOrDefault(s, 0.0)).toArray();
    double actualSum = sum(actual);
    double plannedSum = sum(planned);
    if (actualSum == 0 || plannedSum == 0) {
      return;
    }
    report
        .setTrainedPsi(Divergences.psi(actual, planned))
        .setTrainedJs(Divergences.jensenShannon(actual, planned));
    shares.put(Column.DUE, due);
    int i = 0;
    for (String skill : names) {
      double share = actual[i] / actualSum;
      double plan = planned[i++] / plannedSum;
      alarms.judge(window.getWindowId(), finding(skill, share, plan, span), events);
    }
  }

  private static double sum(double[] amounts) {
    double sum = 0;
    for (double amount : amounts) {
      sum += amount;
    }
    return sum;
  }

  /** Tokens by skill that the plan comes to. */
  private static SortedMap<String, Double> due(Span span, Map<String, Long> trained) {
    SortedMap<String, Long> planned = span.sums(WatchedWindow::getPlanned);
    span.sums(WatchedWindow::getReplayed).forEach((s, n) -> planned.merge(s, n, Long::sum));
    SortedMap<String, Long> examples = span.sums(WatchedWindow::getExamples);
    double allTokens = trained.values().stream().mapToDouble(Long::doubleValue).sum();
    double allExamples = examples.values().stream().mapToDouble(Long::doubleValue).sum();
    SortedMap<String, Double> due = new TreeMap<>();
    planned.forEach(
        (skill, n) -> {
          long has = examples.getOrDefault(skill, 0L);
          long tokens = trained.getOrDefault(skill, 0L);
          double each =
              has > 0 && tokens > 0 ? (double) tokens / has : allTokens / Math.max(1, allExamples);
          due.put(skill, n * each);
        });
    return due;
  }

  private Finding finding(String skill, double share, double plan, Span span) {
    double gap = Math.abs(share - plan);
    Supplier<String> state =
        () -> "%s is %s of the trained tokens".formatted(skill, Finding.percent(share));
    return new Finding(
        KIND,
        skill,
        gap >= settings.planGap(),
        gap < settings.planGap() / 2,
        gap,
        settings.planGap(),
        gap,
        0,
        settings.planGap(),
        () ->
            "%s in %s; the plan comes to %s"
                .formatted(state.get(), span.words(), Finding.percent(plan)),
        () -> state.get() + ", as planned,");
  }
}
