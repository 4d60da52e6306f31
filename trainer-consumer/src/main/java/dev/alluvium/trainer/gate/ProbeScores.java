package dev.alluvium.trainer.gate;

import dev.alluvium.schemas.Digests;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How one set of weights rates every probe.
 *
 * @param byProbe by pair id
 */
public record ProbeScores(Map<String, ProbeScore> byProbe) {
  /** Copies the map, sorted, so that files are alike. */
  public ProbeScores {
    byProbe = new TreeMap<>(byProbe);
  }

  /** No probe measured. */
  public static ProbeScores none() {
    return new ProbeScores(Map.of());
  }

  /** These scores, and for the probes that have none here those of others. */
  public ProbeScores over(ProbeScores others) {
    Map<String, ProbeScore> all = new TreeMap<>(others.byProbe);
    all.putAll(byProbe);
    return new ProbeScores(all);
  }

  /** These scores but for those of some pairs. */
  public ProbeScores without(Set<String> pairIds) {
    Map<String, ProbeScore> others = new TreeMap<>(byProbe);
    others.keySet().removeAll(pairIds);
    return new ProbeScores(others);
  }

  /** These scores of the probes that others have too. */
  public ProbeScores within(ProbeScores others) {
    Map<String, ProbeScore> both = new TreeMap<>(byProbe);
    both.keySet().retainAll(others.byProbe.keySet());
    return new ProbeScores(both);
  }

  /** Whether a loss is no number any more. */
  boolean hasBrokenLoss() {
    return byProbe.values().stream().anyMatch(score -> !Double.isFinite(score.nllSum()));
  }

  /** The same scores by skill. */
  Map<String, ProbeScores> bySkill() {
    Map<String, Map<String, ProbeScore>> skills = new TreeMap<>();
    byProbe.forEach(
        (pairId, score) ->
            skills.computeIfAbsent(score.skill(), skill -> new TreeMap<>()).put(pairId, score));
    Map<String, ProbeScores> scores = new TreeMap<>();
    skills.forEach((skill, its) -> scores.put(skill, new ProbeScores(its)));
    return scores;
  }

  /** Probes of a skill. */
  long count(String skill) {
    return byProbe.values().stream().filter(score -> score.skill().equals(skill)).count();
  }

  /** SHA-256 of the pair ids of a skill's probes, in order: its probe set, whatever the scores. */
  String setDigest(String skill) {
    return Digests.sha256(
        byProbe.entrySet().stream()
            .filter(probe -> probe.getValue().skill().equals(skill))
            .map(Map.Entry::getKey)
            .toArray(String[]::new));
  }

  /**
   * One probe's rating.
   *
   * @param skill the probe's skill
   * @param nllSum sum of the response tokens' negative log-likelihoods, in nats
   * @param tokens response tokens
   * @param exact whether each is the model's first choice, given the true ones before it
   */
  public record ProbeScore(String skill, double nllSum, int tokens, boolean exact) {}
}
