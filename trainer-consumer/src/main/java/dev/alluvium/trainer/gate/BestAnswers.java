package dev.alluvium.trainer.gate;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the promoted version answered that has answered most of a skill's probes right so far; the
 * counterpart of {@link BestScores} for written answers.
 *
 * @param version its name
 * @param among how many promoted versions it is the best of
 * @param answers right is true, by pair id
 */
public record BestAnswers(String version, int among, Map<String, Boolean> answers) {
  /** Copies the map, sorted, so that files are alike. */
  public BestAnswers {
    answers = new TreeMap<>(answers);
  }

  /**
   * Once a version is promoted. It takes the place of the best where it answers more of the shared
   * probes right, and where these are too few to hold anything against the best.
   *
   * @param best so far; null before the first
   * @param version its name
   * @param now its answers to a skill's probes
   * @param fewest by fewer answers nothing can be shown
   */
  static BestAnswers of(
      @Nullable BestAnswers best, String version, Map<String, Boolean> now, int fewest) {
    if (best == null || !best.covers(now.keySet(), fewest)) {
      return new BestAnswers(version, 1, now);
    }
    if (best.version.equals(version)) {
      return best;
    }
    boolean more = AccuracyDrop.of(best.answers, now).drop() < 0;
    return more
        ? new BestAnswers(version, best.among + 1, now)
        : new BestAnswers(best.version, best.among + 1, best.answers);
  }

  /** Whether at least half of some probes were answered, and no fewer than show anything. */
  boolean covers(Set<String> probes, int fewest) {
    long shared = probes.stream().filter(answers::containsKey).count();
    return shared >= fewest && 2 * shared >= probes.size();
  }

  /** The same but for the probes of some pairs. */
  BestAnswers without(Set<String> pairIds) {
    Map<String, Boolean> others = new TreeMap<>(answers);
    others.keySet().removeAll(pairIds);
    return new BestAnswers(version, among, others);
  }
}
