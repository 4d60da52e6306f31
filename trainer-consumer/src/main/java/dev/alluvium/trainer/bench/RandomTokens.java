package dev.alluvium.trainer.bench;

import dev.alluvium.trainer.model.DecoderSpec;
import org.apache.commons.rng.simple.RandomSource;

/** Token ids that mean nothing. */
final class RandomTokens {
  private RandomTokens() {}

  static int[] of(DecoderSpec spec, int length, long seed) {
    return RandomSource.XO_RO_SHI_RO_128_PP.create(seed).ints(length, 0, spec.vocab()).toArray();
  }
}
