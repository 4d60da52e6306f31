package dev.alluvium.trainer.gate;

import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Scores of probes that nobody has measured. */
final class DrawnScores {
  private DrawnScores() {}

  /** One probe's change per token, of mean 0 and deviation 1. */
  interface Changes {
    double next();
  }

  /** Normal changes, or skewed ones. */
  static Changes changes(UniformRandomProvider random, boolean skewed) {
    return skewed
        ? () -> ZigguratSampler.Exponential.of(random).sample() - 1
        : () -> ZigguratSampler.NormalizedGaussian.of(random).sample();
  }

  /** Scores of so many probes of a skill. */
  static ProbeScores drawn(UniformRandomProvider random, String skill, long n) {
    Map<String, ProbeScore> scores = new TreeMap<>();
    for (int i = 0; i < n; i++) {
      int tokens = 5 + random.nextInt(56);
      scores.put(
          skill + i,
          new ProbeScore(skill, tokens * (0.2 + 3 * random.nextDouble()), tokens, false));
    }
    return new ProbeScores(scores);
  }

  /**
   * The same after a change.
   *
   * @param rise of the loss, in nats a token
   * @param deviation of one probe's change
   */
  static ProbeScores changed(ProbeScores scores, double rise, double deviation, Changes noise) {
    Map<String, ProbeScore> changed = new TreeMap<>();
    scores
        .byProbe()
        .forEach(
            (id, score) ->
                changed.put(
                    id,
                    new ProbeScore(
                        score.skill(),
                        score.nllSum() + score.tokens() * (rise + deviation * noise.next()),
                        score.tokens(),
                        false)));
    return new ProbeScores(changed);
  }
}
