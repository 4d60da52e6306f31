package dev.alluvium.trainer.gate;

/**
 * Losses of the probes, of the weights in question and of what they are held against.
 *
 * @param base of the base model
 * @param best of the best promoted version at each skill; none where only the base model counts
 * @param promoted of the last promoted version; none before the first
 * @param candidate of the weights in question
 */
public record Losses(
    ProbeScores base, BestScores best, ProbeScores promoted, ProbeScores candidate) {

  /** The same without the best promoted versions. */
  Losses againstBase() {
    return new Losses(base, BestScores.none(), promoted, candidate);
  }

  /**
   * What a skill may not fall far below in all: the base model or, where it has a lower perplexity
   * over the probes in question, the best promoted version.
   *
   * @param judged scores of the probes in question
   * @param leastProbes by how many of them the best version must have been measured
   */
  Reference reference(String skill, ProbeScores judged, int leastProbes) {
    BestScores.Best known = best.of(skill, judged, leastProbes);
    if (known == null) {
      return new Reference("the base model's", 0, base);
    }
    boolean lower = PerplexityRise.of(skill, base, known.scores().within(judged)).rise() < 0;
    return lower
        ? new Reference(known.version() + "'s, the best", known.among(), known.scores())
        : new Reference("the base model's", known.among(), base);
  }

  /**
   * What a skill's losses are held against in all.
   *
   * @param whose for a person
   * @param others how many it was chosen among, apart from itself
   * @param scores its losses
   */
  record Reference(String whose, int others, ProbeScores scores) {
    /**
     * A level for what is worse than this: with the lowest of several, chance alone would be worse
     * too often, so that each of them has an equal share (Bonferroni).
     */
    double share(double level) {
      return level / (1 + others);
    }
  }
}
