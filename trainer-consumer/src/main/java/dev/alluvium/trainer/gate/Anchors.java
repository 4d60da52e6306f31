package dev.alluvium.trainer.gate;

import java.util.Set;

/**
 * How probes were rated by the weights that a version is held against; kept in checkpoints, so that
 * none of them is asked twice.
 *
 * @param base by the base model, as far as it was asked
 * @param promoted by the last promoted version; none before the first
 * @param best by the best promoted version at each skill
 */
public record Anchors(ProbeScores base, ProbeScores promoted, BestScores best) {
  /** Before the first end of a cycle. */
  public static Anchors none() {
    return new Anchors(ProbeScores.none(), ProbeScores.none(), BestScores.none());
  }

  /** With what the base model has said by now. */
  public Anchors withBase(ProbeScores scores) {
    return new Anchors(scores, promoted, best);
  }

  /** With other promoted versions. */
  public Anchors with(ProbeScores lastPromoted, BestScores bestPromoted) {
    return new Anchors(base, lastPromoted, bestPromoted);
  }

  /** Those of the base model alone. */
  public Anchors ofBase() {
    return none().withBase(base);
  }

  /** These but for the probes of some pairs. */
  public Anchors without(Set<String> pairIds) {
    return new Anchors(base.without(pairIds), promoted.without(pairIds), best.without(pairIds));
  }
}
