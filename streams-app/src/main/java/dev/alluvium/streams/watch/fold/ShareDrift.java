package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.ShareSum;
import dev.alluvium.schemas.avro.WatchedWindow;
import dev.alluvium.streams.config.WatchSettings;
import dev.alluvium.streams.watch.fold.ArrivedDrift.Counts;
import dev.alluvium.streams.watch.fold.WindowHistory.Comparison;
import dev.alluvium.streams.watch.measure.CountTest;
import dev.alluvium.streams.watch.measure.Dispersion;
import dev.alluvium.streams.watch.measure.ShareCusum;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Each skill's share of what arrives: the share in the last windows, for jumps, and two cumulative
 * sums, one for more and one for less, for what is too small or too slow to be seen there.
 */
final class ShareDrift {
  static final String KIND = "arrived_share";

  /** A difference that chance makes so often is none. */
  static final double CALM = 0.05;

  private static final String UP = "/up";
  private static final String DOWN = "/down";

  private final WatchSettings settings;
  private final FalseAlarms allowance;
  private final Alarms alarms;
  private final SortedMap<String, ShareCusum> sums = new TreeMap<>();

  ShareDrift(WatchSettings settings, Alarms alarms, Map<String, ShareSum> sums) {
    this.settings = settings;
    this.allowance = FalseAlarms.of(settings.falseAlarms());
    this.alarms = alarms;
    sums.forEach(
        (key, sum) ->
            this.sums.put(
                key, new ShareCusum(sum.getValue(), sum.getHits(), sum.getTotal(), sum.getFrom())));
  }

  SortedMap<String, ShareSum> state() {
    SortedMap<String, ShareSum> state = new TreeMap<>();
    sums.forEach(
        (key, sum) ->
            state.put(key, new ShareSum(sum.value(), sum.hits(), sum.total(), sum.from())));
    return state;
  }

  /** Looks at one skill of the window. */
  void look(
      WatchedWindow window,
      Comparison comparison,
      Counts counts,
      int place,
      Dispersion dispersion,
      List<DriftAlarm> events) {
    String skill = counts.skills().get(place);
    if (alarms.stands(KIND, skill)) {
      // What is known needs no further evidence; it is collected anew when the alarm is over.
      sums.remove(skill + UP);
      sums.remove(skill + DOWN);
      alarms.judge(window.getWindowId(), later(comparison, counts, place, dispersion), events);
      return;
    }
    double share = smoothed(counts, place);
    Step step = new Step(window, skill, scale(counts, dispersion), share);
    ShareCusum up = step(skill + UP, step, share + Math.min(settings.shift(), (1 - share) / 2));
    ShareCusum down = step(skill + DOWN, step, share - Math.min(settings.shift(), share / 2));
    double p = p(counts, place, dispersion);
    double change = counts.recentShare(place) - counts.referenceShare(place);
    boolean towardsHalf = (change > 0) == (counts.referenceShare(place) < 0.5);
    if (p < allowance.share(counts.skills().size(), towardsHalf)
        && Math.abs(change) >= settings.minChange()) {
      alarms.judge(window.getWindowId(), jump(comparison, counts, place), events);
      return;
    }
    ShareCusum higher = up.value() >= down.value() ? up : down;
    if (higher.total() > 0) {
      double threshold = threshold(counts, comparison, share, step.scale());
      alarms.judge(
          window.getWindowId(), slow(higher, threshold, comparison, counts, place), events);
    }
  }

  /** One step of both sums of a skill. */
  private record Step(WatchedWindow window, String skill, double scale, double share) {}

  private ShareCusum step(String key, Step step, double shifted) {
    ShareCusum next =
        sums.getOrDefault(key, ShareCusum.ZERO)
            .next(
                step.window().getWindowId(),
                step.window().getArrived().getOrDefault(step.skill(), 0L),
                ArrivedDrift.arrived(step.window()),
                step.share(),
                shifted,
                step.scale());
    if (next.value() > 0) {
      sums.put(key, next);
    } else {
      sums.remove(key);
    }
    return next;
  }

  /**
   * The reference's share, half a candidate more: a skill it has not seen is rare, not impossible.
   */
  private static double smoothed(Counts counts, int place) {
    return (counts.reference()[place] + 0.5)
        / (counts.referenceTotal() + 0.5 * Math.max(2, counts.skills().size()));
  }

  /** Draws that come in batches say less, and so does a reference that is itself a sample. */
  private static double scale(Counts counts, Dispersion dispersion) {
    return dispersion.factor()
        * (1 + (double) counts.recentTotal() / Math.max(1, counts.referenceTotal()));
  }

  private double threshold(Counts counts, Comparison comparison, double share, double scale) {
    double typical = (double) counts.referenceTotal() / comparison.reference().windows().size();
    double error = Math.sqrt(share * (1 - share) / typical * scale);
    return ShareCusum.threshold(allowance.sum(counts.skills().size()), settings.shift() / error);
  }

  /** The last windows alone are evidence enough. */
  private Finding jump(Comparison comparison, Counts counts, int place) {
    double now = counts.recentShare(place);
    return began(
        Math.abs(now - counts.referenceShare(place)),
        settings.minChange(),
        true,
        () ->
            "%s arrives at %s in %s"
                .formatted(
                    counts.skills().get(place), Finding.percent(now), comparison.recent().words()),
        comparison,
        counts,
        place);
  }

  /** The evidence of many windows may be enough. */
  private Finding slow(
      ShareCusum sum, double threshold, Comparison comparison, Counts counts, int place) {
    double change = Math.abs(sum.share() - counts.referenceShare(place));
    return began(
        sum.value(),
        threshold,
        sum.value() >= threshold && change >= settings.minChange(),
        () ->
            "%s arrives at %s since window %d"
                .formatted(counts.skills().get(place), Finding.percent(sum.share()), sum.from()),
        comparison,
        counts,
        place);
  }

  private Finding began(
      double value,
      double threshold,
      boolean raises,
      Supplier<String> text,
      Comparison comparison,
      Counts counts,
      int place) {
    double before = counts.referenceShare(place);
    return new Finding(
        KIND,
        counts.skills().get(place),
        raises,
        false,
        value,
        threshold,
        counts.recentShare(place),
        before,
        settings.minChange(),
        () ->
            "%s; it was %s in %s"
                .formatted(text.get(), Finding.percent(before), comparison.reference().words()),
        () -> "");
  }

  private static double p(Counts counts, int place, Dispersion dispersion) {
    return CountTest.rates(
        counts.recent()[place],
        counts.recentTotal(),
        counts.reference()[place],
        counts.referenceTotal(),
        dispersion);
  }

  /** A look at a skill whose alarm stands. */
  private Finding later(Comparison comparison, Counts counts, int place, Dispersion dispersion) {
    String skill = counts.skills().get(place);
    double now = counts.recentShare(place);
    double before = counts.referenceShare(place);
    double p = p(counts, place, dispersion);
    double change = Math.abs(now - before);
    return new Finding(
        KIND,
        skill,
        false,
        p >= CALM || change < settings.minChange() / 2,
        change,
        settings.minChange(),
        now,
        before,
        2 * settings.minChange(),
        () -> "",
        () -> "%s arrives at %s".formatted(skill, Finding.percent(now)));
  }
}
