package dev.alluvium.trainer.bisect;

import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.gate.ProbeScorer.TokenizedProbe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * The probes of a skill that were known when the bad version was judged, without those whose pairs
 * have been erased since.
 *
 * @param question what is asked
 * @param known of the skill, by pair id
 * @param frozen pair ids of those that the gate judged by: the good version was measured by them
 */
record SkillProbes(Question question, Map<String, Probe> known, Set<String> frozen) {
  /**
   * Collects them from the good version's state and from the windows since.
   *
   * @throws CannotBisectException when there are none, or not those that were asked for
   */
  static SkillProbes of(
      Question question, Optional<Checkpoint> good, RecordedWindows windows, BooleanSupplier stop) {
    Map<String, Probe> all = new LinkedHashMap<>();
    good.ifPresent(state -> state.probes().forEach(probe -> all.put(probe.getPairId(), probe)));
    windows.each(
        window -> {
          probes(question, window).forEach(probe -> all.putIfAbsent(probe.getPairId(), probe));
          return true;
        },
        stop);
    all.keySet().removeAll(windows.reader().erasedAfter(windows.earliest()));
    TreeSet<String> skills = new TreeSet<>();
    all.values().forEach(probe -> skills.add(probe.getSkill()));
    all.values().removeIf(probe -> !probe.getSkill().equals(question.skill()));
    if (all.isEmpty()) {
      throw new CannotBisectException(
          "%s was measured by no probe of the skill %s: expected one of %s"
              .formatted(question.bad().getVersion(), question.skill(), skills));
    }
    Set<String> unknown = new TreeSet<>(question.pairs());
    unknown.removeAll(all.keySet());
    if (!unknown.isEmpty()) {
      throw new CannotBisectException(
          "%s was measured by no probe %s of the skill %s: expected some of its %d, whose ids `alluvium lineage` knows as held out"
              .formatted(
                  question.bad().getVersion(),
                  String.join(", ", unknown),
                  question.skill(),
                  all.size()));
    }
    Set<String> frozen =
        good.map(state -> state.anchors().promoted().byProbe().keySet()).orElse(Set.of());
    return new SkillProbes(question, all, frozen);
  }

  private static List<Probe> probes(Question question, Window window) {
    return Objects.requireNonNull(question.windows().get(window.id())).probesDropped()
        ? List.of()
        : window.open().getNewProbes();
  }

  /** All of them. */
  List<Probe> all() {
    return List.copyOf(known.values());
  }

  /**
   * Those to measure by: the ones that were asked for; else the frozen ones, as long as the gate
   * would take them for enough; else all.
   *
   * @param measurable those that the model can take
   * @throws CannotBisectException when none is left
   */
  List<TokenizedProbe> chosen(List<TokenizedProbe> measurable, int leastProbes) {
    List<TokenizedProbe> asked = within(measurable, question.pairs());
    List<TokenizedProbe> judging = within(measurable, frozen);
    List<TokenizedProbe> chosen =
        !question.pairs().isEmpty() ? asked : judging.size() >= leastProbes ? judging : measurable;
    if (chosen.isEmpty()) {
      throw new CannotBisectException(
          "the model can take none of the probes of the skill %s: they are longer than train.maxTokens"
              .formatted(question.skill()));
    }
    return chosen;
  }

  private static List<TokenizedProbe> within(List<TokenizedProbe> probes, Set<String> pairs) {
    return probes.stream().filter(probe -> pairs.contains(probe.pairId())).toList();
  }
}
