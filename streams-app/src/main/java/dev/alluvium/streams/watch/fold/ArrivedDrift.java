package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.WatchedWindow;
import dev.alluvium.streams.config.WatchSettings;
import dev.alluvium.streams.watch.fold.WindowHistory.Comparison;
import dev.alluvium.streams.watch.measure.CountTest;
import dev.alluvium.streams.watch.measure.Dispersion;
import dev.alluvium.streams.watch.measure.Divergences;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Drift of the arrived mix, and of each skill's share in it, against the reference. */
final class ArrivedDrift {
  static final String MIX = "arrived_mix";

  /** Most skills an alarm of the whole mix names. */
  private static final int NAMED = 3;

  private final WatchSettings settings;
  private final FalseAlarms allowance;
  private final Alarms alarms;
  private final ShareDrift shares;

  ArrivedDrift(WatchSettings settings, Alarms alarms, ShareDrift shares) {
    this.settings = settings;
    this.allowance = FalseAlarms.of(settings.falseAlarms());
    this.alarms = alarms;
    this.shares = shares;
  }

  /** Candidates of a window. */
  static long arrived(WatchedWindow window) {
    return window.getArrived().values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Compares, and judges alarms.
   *
   * @param report takes the measures
   * @param events takes alarms that begin or end
   */
  void look(
      WatchedWindow window,
      Comparison comparison,
      DriftReport.Builder report,
      List<DriftAlarm> events) {
    Counts counts = Counts.of(comparison);
    double[] recent = counts.amounts(counts.recent());
    double[] reference = counts.amounts(counts.reference());
    Dispersion dispersion = counts.dispersion(comparison.reference());
    CountTest test = CountTest.compare(counts.recent(), counts.reference(), dispersion);
    double effect = Divergences.cramersV(recent, reference);
    report
        .setExamples(counts.recentTotal())
        .setFirstRecent(comparison.recent().first())
        .setFirstReference(comparison.reference().first())
        .setLastReference(comparison.reference().last())
        .setPsi(Divergences.psi(recent, reference))
        .setJs(Divergences.jensenShannon(recent, reference))
        .setEffect(effect)
        .setG(test == null ? 0.0 : test.g())
        .setP(test == null ? 1.0 : test.p())
        .setDispersion(dispersion.factor());
    alarms.judge(
        window.getWindowId(),
        mix(comparison, counts, effect, test == null ? 1.0 : test.p()),
        events);
    for (int s = 0; s < counts.skills().size(); s++) {
      shares.look(window, comparison, counts, s, dispersion, events);
    }
  }

  private Finding mix(Comparison comparison, Counts counts, double effect, double p) {
    boolean raises = p < allowance.mix() && effect >= settings.minEffect();
    boolean calm = p >= ShareDrift.CALM || effect < settings.minEffect() / 2;
    Supplier<String> text =
        () ->
            String.format(
                Locale.ROOT,
                "the mix arrives differently in %s than in %s: %s; Cramer's V %.3f, p %.1e",
                comparison.recent().words(),
                comparison.reference().words(),
                counts.changes(NAMED),
                effect,
                p);
    return new Finding(
        MIX,
        null,
        raises,
        calm,
        effect,
        settings.minEffect(),
        effect,
        0,
        0,
        text,
        () -> "the mix arrives as in %s".formatted(comparison.reference().words()));
  }

  /**
   * The candidates of a comparison.
   *
   * @param skills by name
   * @param recent in the order of the skills
   * @param reference in the order of the skills
   */
  record Counts(List<String> skills, long[] recent, long[] reference) {
    static Counts of(Comparison comparison) {
      Map<String, Long> recent = comparison.recent().sums(WatchedWindow::getArrived);
      Map<String, Long> reference = comparison.reference().sums(WatchedWindow::getArrived);
      SortedSet<String> skills = new TreeSet<>(recent.keySet());
      skills.addAll(reference.keySet());
      return new Counts(List.copyOf(skills), counts(skills, recent), counts(skills, reference));
    }

    private static long[] counts(SortedSet<String> skills, Map<String, Long> counts) {
      return skills.stream().mapToLong(skill -> counts.getOrDefault(skill, 0L)).toArray();
    }

    long recentTotal() {
      return Arrays.stream(recent).sum();
    }

    long referenceTotal() {
      return Arrays.stream(reference).sum();
    }

    double recentShare(int skill) {
      return (double) recent[skill] / recentTotal();
    }

    double referenceShare(int skill) {
      return (double) reference[skill] / referenceTotal();
    }

    double[] amounts(long[] counts) {
      return Arrays.stream(counts).asDoubleStream().toArray();
    }

    Dispersion dispersion(Span span) {
      List<long[]> windows = new ArrayList<>();
      for (WatchedWindow window : span.windows()) {
        windows.add(
            skills.stream()
                .mapToLong(skill -> window.getArrived().getOrDefault(skill, 0L))
                .toArray());
      }
      return Dispersion.of(windows);
    }

    /** The largest changes in words. */
    String changes(int most) {
      Comparator<Integer> byChange =
          Comparator.comparingDouble(s -> -Math.abs(recentShare(s) - referenceShare(s)));
      return IntStream.range(0, skills.size())
          .boxed()
          .sorted(byChange)
          .limit(most)
          .map(
              s ->
                  "%s %s, was %s"
                      .formatted(
                          skills.get(s),
                          Finding.percent(recentShare(s)),
                          Finding.percent(referenceShare(s))))
          .collect(Collectors.joining("; "));
    }
  }
}
