package dev.alluvium.trainer.guard;

import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.SkillTransfer;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What learning one skill does to the others (Lopez-Paz and Ranzato, "Gradient Episodic Memory",
 * NeurIPS 2017, section 2), in nats per response token instead of accuracy, and over the base model
 * on the same probes, because probes join in the course of time.
 *
 * @param seen skills that examples have been trained of
 * @param learnt by skill: the perplexity's logarithm over the base model's at the end of the first
 *     cycle that trained it
 */
public record Transfer(SortedSet<String> seen, SortedMap<String, Double> learnt) {
  /** Copies what it is given. */
  public Transfer {
    seen = new TreeSet<>(seen);
    learnt = new TreeMap<>(learnt);
  }

  /** Before anything was trained. */
  public static Transfer none() {
    return new Transfer(new TreeSet<>(), new TreeMap<>());
  }

  /**
   * As it was at the end of a cycle, read back from what the version of the cycle tells. Skills
   * that were trained and had no probes then are not known any more.
   *
   * @param told by skill, from {@link #of}
   * @param probes by skill, of the same version
   */
  public static Transfer told(
      Map<String, SkillTransfer> told, Map<String, ProbeComparison> probes) {
    SortedMap<String, Double> learnt = new TreeMap<>();
    told.forEach(
        (skill, transfer) -> {
          ProbeComparison both = probes.get(skill);
          if (transfer.getBackward() != null && both != null) {
            learnt.put(skill, transfer.getBackward() + rise(both));
          }
        });
    return new Transfer(new TreeSet<>(learnt.keySet()), learnt);
  }

  /**
   * A skill's transfer.
   *
   * @param forward how much better than the base model a skill is that was never trained; null once
   *     it was
   * @param backward how much better a skill is than at the end of the cycle that trained it first:
   *     below 0, it has been forgotten since; null before
   */
  public record Of(@Nullable Double forward, @Nullable Double backward) {}

  /** After a window with examples of some skills. */
  public Transfer trained(Collection<String> skills) {
    if (seen.containsAll(skills)) {
      return this;
    }
    SortedSet<String> all = new TreeSet<>(seen);
    all.addAll(skills);
    return new Transfer(all, learnt);
  }

  /**
   * Skills that have been trained and are none of those that can be measured, in order of name.
   *
   * @param probed skills that there are probes of
   */
  public SortedSet<String> unprobed(Collection<String> probed) {
    SortedSet<String> others = new TreeSet<>(seen);
    others.removeAll(probed);
    return others;
  }

  /** After a cycle whose end these probes measured. */
  public Transfer measured(Map<String, ProbeComparison> probes) {
    SortedMap<String, Double> all = new TreeMap<>(learnt);
    probes.forEach(
        (skill, both) -> {
          if (seen.contains(skill)) {
            all.putIfAbsent(skill, rise(both));
          }
        });
    return new Transfer(seen, all);
  }

  /**
   * A skill's transfer at the end of a cycle that is {@link #measured}.
   *
   * @param both its probes; null when it has none
   */
  public Of of(String skill, @Nullable ProbeComparison both) {
    if (both == null) {
      return new Of(null, null);
    }
    Double then = learnt.get(skill);
    if (then != null) {
      return new Of(null, then - rise(both));
    }
    return new Of(seen.contains(skill) ? null : -rise(both), null);
  }

  private static double rise(ProbeComparison both) {
    return Math.log(both.getAfter().getPerplexity() / both.getBefore().getPerplexity());
  }
}
