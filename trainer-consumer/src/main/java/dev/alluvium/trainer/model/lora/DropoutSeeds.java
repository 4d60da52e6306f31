package dev.alluvium.trainer.model.lora;

/**
 * Mixes what names a dropout mask into a seed: a counter, so that no generator state has to be
 * saved.
 */
final class DropoutSeeds {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long MANTISSA = (1L << 53) - 1; // the seed travels as a double

  private DropoutSeeds() {}

  static long seed(long adapter, long draw, int layer) {
    return mix(mix(mix(adapter) + draw) + layer) & MANTISSA;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014, figure 17). */
  private static long mix(long value) {
    long z = value + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
