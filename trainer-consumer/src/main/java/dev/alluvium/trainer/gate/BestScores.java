package dev.alluvium.trainer.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The best that promoted versions have done so far: what a skill may not fall far below, however
 * slowly. Only promoted versions change it, and one set of scores stays for each skill.
 *
 * @param bySkill of each skill that a promoted version was measured in
 */
public record BestScores(Map<String, Best> bySkill) {
  /** Copies the map, sorted, so that files are alike. */
  public BestScores {
    bySkill = new TreeMap<>(bySkill);
  }

  /** Before the first promoted version. */
  public static BestScores none() {
    return new BestScores(Map.of());
  }

  /**
   * The best version at a skill.
   *
   * @param version its name
   * @param among how many promoted versions it is the best of
   * @param scores of the skill's probes
   */
  public record Best(String version, int among, ProbeScores scores) {
    /** How many of a skill's probes it was measured by. */
    private int shared(ProbeScores others) {
      return scores.within(others).byProbe().size();
    }
  }

  /**
   * Once a version is promoted. It takes the place of the best in the skills in which its
   * perplexity is lower over the probes that both were measured by, and where these are too few to
   * hold anything against the best: fewer than the least, or than half of the version's own, as
   * after many were erased or have joined.
   *
   * @param version its name
   * @param leastProbes a skill with fewer is unmeasured
   */
  public BestScores withPromoted(String version, ProbeScores promoted, int leastProbes) {
    Map<String, Best> next = new TreeMap<>(bySkill);
    promoted
        .bySkill()
        .forEach(
            (skill, scores) ->
                next.compute(
                    skill, (name, best) -> better(name, best, version, scores, leastProbes)));
    return new BestScores(next);
  }

  private static Best better(
      String skill, @Nullable Best best, String version, ProbeScores scores, int leastProbes) {
    int fewest = Math.max(leastProbes, (scores.byProbe().size() + 1) / 2);
    if (best == null || best.shared(scores) < fewest) {
      return new Best(version, 1, scores);
    }
    if (best.version().equals(version)) {
      return best;
    }
    boolean lower = PerplexityRise.of(skill, best.scores(), scores).rise() < 0;
    return lower
        ? new Best(version, best.among() + 1, scores)
        : new Best(best.version(), best.among() + 1, best.scores());
  }

  /**
   * In which skills another version is the best than before, for a person.
   *
   * @param before the same before a promotion
   */
  public List<String> changes(BestScores before) {
    List<String> changes = new ArrayList<>();
    bySkill.forEach(
        (skill, best) -> {
          Best then = before.bySkill.get(skill);
          if (then != null && !then.version().equals(best.version())) {
            changes.add(
                best.among() == 1
                    ? "%s: %s takes the place of %s as the best version without a comparison, because too few of its %d probes are the same"
                        .formatted(
                            skill, best.version(), then.version(), best.scores().byProbe().size())
                    : "%s: %s is the best of %d promoted versions, before %s"
                        .formatted(skill, best.version(), best.among(), then.version()));
          }
        });
    return changes;
  }

  /** The best at a skill, if it was measured by enough of some probes; else null. */
  @Nullable Best of(String skill, ProbeScores probes, int leastProbes) {
    Best best = bySkill.get(skill);
    return best == null || best.shared(probes) < leastProbes ? null : best;
  }

  /**
   * As it was once a version was promoted, as far as it is known: where a later one has become the
   * best since, nothing is.
   *
   * @param version its name; names are in the order of time
   */
  public BestScores asOf(String version) {
    Map<String, Best> then = new TreeMap<>(bySkill);
    then.values().removeIf(best -> best.version().compareTo(version) > 0);
    return new BestScores(then);
  }

  /** The same but for the probes of some pairs. */
  public BestScores without(Set<String> pairIds) {
    Map<String, Best> others = new TreeMap<>();
    bySkill.forEach(
        (skill, best) ->
            others.put(
                skill, new Best(best.version(), best.among(), best.scores().without(pairIds))));
    others.values().removeIf(best -> best.scores().byProbe().isEmpty());
    return new BestScores(others);
  }
}
