package dev.alluvium.trainer.gate;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which probes the anchors answered right, by pair id; kept in checkpoints, so that no anchor
 * writes an answer twice.
 *
 * @param how digest of all but the weights that decides whether an answer is right; empty before
 *     the first answer
 * @param base of the base model
 * @param promoted of the last promoted version; none before the first
 * @param best of the best promoted version at each skill; none in checkpoints from before there was
 *     one
 */
public record WrittenAnswers(
    String how,
    Map<String, Boolean> base,
    Map<String, Boolean> promoted,
    Map<String, BestAnswers> best) {
  /** Copies the maps, sorted, so that files are alike. */
  public WrittenAnswers {
    base = new TreeMap<>(base);
    promoted = new TreeMap<>(promoted);
    best = best == null ? new TreeMap<>() : new TreeMap<>(best);
  }

  /** No answer. */
  public static WrittenAnswers none() {
    return new WrittenAnswers("", Map.of(), Map.of(), Map.of());
  }

  /** Whether there is an answer. */
  public boolean hasAny() {
    return !base.isEmpty() || !promoted.isEmpty() || !best.isEmpty();
  }

  /** These if they were written and judged like that; else none, because they compare no more. */
  public WrittenAnswers given(String digest) {
    return how.equals(digest) ? this : new WrittenAnswers(digest, Map.of(), Map.of(), Map.of());
  }

  /** With further answers of the base model. */
  WrittenAnswers withBase(Map<String, Boolean> more) {
    Map<String, Boolean> all = new TreeMap<>(base);
    all.putAll(more);
    return new WrittenAnswers(how, all, promoted, best);
  }

  /** With what the base model answered to others too, if that was written and judged like this. */
  public WrittenAnswers withBaseOf(WrittenAnswers others) {
    return others.how.equals(how) ? withBase(others.base) : this;
  }

  /**
   * With the answers of another promoted version.
   *
   * @param version its name
   * @param bySkill the same answers by skill
   * @param fewest by fewer answers nothing can be shown
   */
  WrittenAnswers withPromoted(
      String version,
      Map<String, Boolean> others,
      Map<String, Map<String, Boolean>> bySkill,
      int fewest) {
    Map<String, BestAnswers> next = new TreeMap<>(best);
    bySkill.forEach(
        (skill, answers) ->
            next.compute(skill, (name, known) -> BestAnswers.of(known, version, answers, fewest)));
    return new WrittenAnswers(how, base, others, next);
  }

  /** Without those of the last promoted version, of which none are known. */
  WrittenAnswers withoutPromoted() {
    return new WrittenAnswers(how, base, Map.of(), best);
  }

  /** Those of the base model alone. */
  public WrittenAnswers ofBase() {
    return new WrittenAnswers(how, base, Map.of(), Map.of());
  }

  /**
   * As they were once a version was promoted, as far as they are known: neither its own are, nor
   * the best where that is a later version by now.
   *
   * @param version its name; names are in the order of time
   */
  public WrittenAnswers asOf(String version) {
    Map<String, BestAnswers> then = new TreeMap<>(best);
    then.values().removeIf(known -> known.version().compareTo(version) > 0);
    return new WrittenAnswers(how, base, Map.of(), then);
  }

  /** These but for those to the probes of some pairs. */
  public WrittenAnswers without(Set<String> pairIds) {
    Map<String, Boolean> ofBase = new TreeMap<>(base);
    ofBase.keySet().removeAll(pairIds);
    Map<String, Boolean> ofPromoted = new TreeMap<>(promoted);
    ofPromoted.keySet().removeAll(pairIds);
    Map<String, BestAnswers> ofBest = new TreeMap<>(best);
    ofBest.replaceAll((skill, known) -> known.without(pairIds));
    ofBest.values().removeIf(known -> known.answers().isEmpty());
    return new WrittenAnswers(how, ofBase, ofPromoted, ofBest);
  }
}
