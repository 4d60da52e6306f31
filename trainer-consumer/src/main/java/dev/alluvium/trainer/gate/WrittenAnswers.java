package dev.alluvium.trainer.gate;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which probes both anchors answered right, by pair id; kept in checkpoints, so that no anchor
 * writes an answer twice.
 *
 * @param how digest of all but the weights that decides whether an answer is right; empty before
 *     the first answer
 * @param base of the base model
 * @param promoted of the last promoted version; none before the first
 */
public record WrittenAnswers(String how, Map<String, Boolean> base, Map<String, Boolean> promoted) {
  /** Copies the maps, sorted, so that files are alike. */
  public WrittenAnswers {
    base = new TreeMap<>(base);
    promoted = new TreeMap<>(promoted);
  }

  /** No answer. */
  public static WrittenAnswers none() {
    return new WrittenAnswers("", Map.of(), Map.of());
  }

  /** Whether there is an answer. */
  public boolean hasAny() {
    return !base.isEmpty() || !promoted.isEmpty();
  }

  /** These if they were written and judged like that; else none, because they compare no more. */
  public WrittenAnswers given(String digest) {
    return how.equals(digest) ? this : new WrittenAnswers(digest, Map.of(), Map.of());
  }

  /** With further answers of the base model. */
  WrittenAnswers withBase(Map<String, Boolean> more) {
    Map<String, Boolean> all = new TreeMap<>(base);
    all.putAll(more);
    return new WrittenAnswers(how, all, promoted);
  }

  /** With what the base model answered to others too, if that was written and judged like this. */
  public WrittenAnswers withBaseOf(WrittenAnswers others) {
    return others.how.equals(how) ? withBase(others.base) : this;
  }

  /** With the answers of another promoted version. */
  public WrittenAnswers withPromoted(Map<String, Boolean> others) {
    return new WrittenAnswers(how, base, others);
  }

  /** These but for those to the probes of some pairs. */
  public WrittenAnswers without(Set<String> pairIds) {
    Map<String, Boolean> ofBase = new TreeMap<>(base);
    ofBase.keySet().removeAll(pairIds);
    Map<String, Boolean> ofPromoted = new TreeMap<>(promoted);
    ofPromoted.keySet().removeAll(pairIds);
    return new WrittenAnswers(how, ofBase, ofPromoted);
  }
}
