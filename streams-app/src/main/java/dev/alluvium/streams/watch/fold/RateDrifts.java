package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.RateDrift;
import dev.alluvium.schemas.avro.WatchedWindow;
import dev.alluvium.streams.config.WatchSettings;
import dev.alluvium.streams.watch.fold.WindowHistory.Comparison;
import dev.alluvium.streams.watch.measure.CountTest;
import dev.alluvium.streams.watch.measure.Dispersion;
import dev.alluvium.streams.watch.measure.MeanTest;
import dev.alluvium.streams.watch.measure.MeanTest.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Drift of rates (duplicates, dead letters, unknown skills, acceptance) and of mean lengths. */
final class RateDrifts {
  static final String LENGTH = "length/";

  private final WatchSettings settings;
  private final FalseAlarms allowance;
  private final Alarms alarms;

  RateDrifts(WatchSettings settings, Alarms alarms) {
    this.settings = settings;
    this.allowance = FalseAlarms.of(settings.falseAlarms());
    this.alarms = alarms;
  }

  /**
   * One rate or length, compared.
   *
   * @param name its name in reports
   */
  private record Compared(String name, RateDrift drift, Comparison comparison) {
    boolean isLength() {
      return name.startsWith(LENGTH);
    }

    String kind() {
      int slash = name.indexOf('/');
      return slash < 0 ? name : name.substring(0, slash);
    }

    @Nullable String skill() {
      int slash = name.indexOf('/');
      return slash < 0 ? null : name.substring(slash + 1);
    }

    String words(double value) {
      return isLength()
          ? String.format(Locale.ROOT, "%.0f estimated tokens", value)
          : Finding.percent(value);
    }

    String subject() {
      String skill = skill();
      return switch (kind()) {
        case TaskTotals.DUPLICATES -> "duplicates are %s of the pairs";
        case TaskTotals.DEAD_LETTERS -> "dead letters are %s of the records";
        case TaskTotals.UNKNOWN_SKILL -> "pairs of unknown skill are %s of the pairs";
        case "length" -> "a mean example of " + skill + " has %s";
        default -> "judges accept %s of the texts of " + skill;
      };
    }
  }

  /** Compares whatever can be, and judges alarms. */
  SortedMap<String, RateDrift> look(long windowId, WindowHistory history, List<DriftAlarm> events) {
    List<Compared> all = new ArrayList<>();
    for (String rate : names(history, windowId)) {
      Compared compared =
          rate.startsWith(LENGTH) ? length(rate, windowId, history) : rate(rate, windowId, history);
      if (compared != null) {
        all.add(compared);
      }
    }
    SortedMap<String, RateDrift> drifts = new TreeMap<>();
    for (Compared compared : all) {
      drifts.put(compared.name(), compared.drift());
      alarms.judge(windowId, finding(compared, allowance.rate(all.size())), events);
    }
    return drifts;
  }

  private static SortedSet<String> names(WindowHistory history, long windowId) {
    SortedSet<String> names = new TreeSet<>();
    for (WatchedWindow window : history.last(windowId, WatchSettings.MOST_RECENT)) {
      names.addAll(window.getTrials().keySet());
      window.getExamples().keySet().forEach(skill -> names.add(LENGTH + skill));
    }
    return names;
  }

  private static long of(Map<String, Long> counts, String name) {
    return counts.getOrDefault(name, 0L);
  }

  private @Nullable Compared rate(String name, long windowId, WindowHistory history) {
    Comparison comparison = history.comparison(windowId, w -> of(w.getTrials(), name)).orElse(null);
    if (comparison == null) {
      return null;
    }
    List<long[]> windows = new ArrayList<>();
    long referenceHits = 0;
    long referenceN = 0;
    for (WatchedWindow w : comparison.reference().windows()) {
      long trials = of(w.getTrials(), name);
      long hits = Math.min(trials, of(w.getHits(), name));
      windows.add(new long[] {hits, trials - hits});
      referenceHits += hits;
      referenceN += trials;
    }
    long n = comparison.recent().sum(w -> of(w.getTrials(), name));
    long hits = Math.min(n, comparison.recent().sum(w -> of(w.getHits(), name)));
    double p = CountTest.rates(hits, n, referenceHits, referenceN, Dispersion.of(windows));
    return new Compared(
        name,
        new RateDrift((double) hits / n, (double) referenceHits / referenceN, n, p),
        comparison);
  }

  private @Nullable Compared length(String name, long windowId, WindowHistory history) {
    String skill = name.substring(LENGTH.length());
    Comparison comparison =
        history.comparison(windowId, w -> of(w.getExamples(), skill)).orElse(null);
    if (comparison == null) {
      return null;
    }
    long n = comparison.recent().sum(w -> of(w.getExamples(), skill));
    Sample recent = new Sample(comparison.recent().sum(w -> of(w.getEstimatedTokens(), skill)), n);
    List<Sample> windows =
        comparison.reference().windows().stream()
            .map(w -> new Sample(of(w.getEstimatedTokens(), skill), of(w.getExamples(), skill)))
            .toList();
    MeanTest test = MeanTest.compare(recent, windows);
    return test == null
        ? null
        : new Compared(
            name, new RateDrift(test.value(), test.reference(), n, test.p()), comparison);
  }

  private Finding finding(Compared compared, double mostP) {
    RateDrift drift = compared.drift();
    double change =
        compared.isLength()
            ? Math.exp(Math.abs(Math.log(drift.getValue() / drift.getReference())))
            : Math.abs(drift.getValue() - drift.getReference());
    double least = compared.isLength() ? settings.lengthRatio() : settings.minChange();
    double calmBelow = compared.isLength() ? Math.sqrt(least) : least / 2;
    Supplier<String> state = () -> compared.subject().formatted(compared.words(drift.getValue()));
    return new Finding(
        compared.kind(),
        compared.skill(),
        drift.getP() < mostP && change >= least,
        drift.getP() >= ShareDrift.CALM || change < calmBelow,
        change,
        least,
        drift.getValue(),
        drift.getReference(),
        compared.isLength() ? drift.getReference() * (least - 1) : least,
        () ->
            "%s in %s; it was %s in %s"
                .formatted(
                    state.get(),
                    compared.comparison().recent().words(),
                    compared.words(drift.getReference()),
                    compared.comparison().reference().words()),
        state);
  }
}
