package dev.alluvium.streams.dashboard.history;

import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.streams.dashboard.history.Totals.Leak;
import dev.alluvium.streams.dashboard.history.Totals.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The books as a funnel. Curate and the mixer count for themselves, each a moment after the other,
 * so while pairs flow a step may be ahead of what the step before says by the pairs between them.
 */
final class Funnel {
  private Funnel() {}

  static List<Step> of(Totals totals) {
    CurateReport curate = totals.curate();
    List<Leak> refused = new ArrayList<>(leaks("rejected ", curate.getRejected()));
    add(refused, "duplicate", curate.getDuplicates(), false);
    add(refused, "held out as probe", sum(curate.getProbes()), false);
    long accepted = curate.getReceived() - refused.stream().mapToLong(Leak::count).sum();
    List<Step> steps = new ArrayList<>();
    steps.add(new Step("arrived", curate.getReceived(), List.of()));
    steps.add(new Step("accepted", accepted, refused));
    MixReport mix = totals.mix();
    List<Leak> asking = new ArrayList<>();
    add(asking, "waiting for a target", totals.asked().getWaiting(), true);
    steps.add(new Step("with target", mix == null ? 0 : sum(mix.getCandidates()), asking));
    steps.add(windowed(mix));
    steps.add(trained(mix));
    return steps;
  }

  private static Step windowed(@Nullable MixReport mix) {
    if (mix == null) {
      return new Step("in a window", 0, List.of());
    }
    List<Leak> leaks = new ArrayList<>();
    add(leaks, "waiting in a pool", sum(mix.getPooled()), true);
    leaks.addAll(leaks("expired ", mix.getExpired()));
    long count = mix.getQueued() + mix.getTrained() + mix.getRefused() + mix.getQuarantined();
    return new Step("in a window", count, leaks);
  }

  private static Step trained(@Nullable MixReport mix) {
    if (mix == null) {
      return new Step("trained", 0, List.of());
    }
    List<Leak> leaks = new ArrayList<>();
    add(leaks, "waiting for the trainer", mix.getQueued(), true);
    add(leaks, "refused by the model", mix.getRefused(), false);
    add(leaks, "quarantined", mix.getQuarantined(), false);
    return new Step("trained", mix.getTrained(), leaks);
  }

  private static List<Leak> leaks(String prefix, Map<String, Long> counts) {
    List<Leak> leaks = new ArrayList<>();
    Books.plus(new TreeMap<>(counts), Map.of())
        .forEach((reason, count) -> add(leaks, prefix + reason, count, false));
    return leaks;
  }

  private static void add(List<Leak> leaks, String name, long count, boolean waits) {
    if (count > 0) {
      leaks.add(new Leak(name, count, waits));
    }
  }

  static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
