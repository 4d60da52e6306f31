package dev.alluvium.trainer.model;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** Picks the next token from logits: the largest, or a draw that the seed decides. */
final class TokenChoice {
  private final double temperature;
  private final UniformRandomProvider random;

  TokenChoice(double temperature, long seed) {
    this.temperature = temperature;
    this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  int choose(float[] logits) {
    int best = largest(logits);
    if (temperature == 0) {
      return best;
    }
    double[] cumulative = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      sum += Math.exp((logits[i] - logits[best]) / temperature);
      cumulative[i] = sum;
    }
    double point = random.nextDouble() * sum;
    for (int i = 0; i < logits.length; i++) {
      if (point < cumulative[i]) {
        return i;
      }
    }
    return best; // rounding at the upper end
  }

  /** The natural log-probability of a token at temperature 1. */
  static double logProbability(float[] logits, int id) {
    float largest = logits[largest(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return logits[id] - largest - Math.log(sum);
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
