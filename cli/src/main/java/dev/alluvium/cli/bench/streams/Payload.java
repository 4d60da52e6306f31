package dev.alluvium.cli.bench.streams;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Values of one size in bytes, cut from a pool of invented text so large that none is cut twice
 * within a batch; they compress about as real texts do. Belongs to one thread.
 */
final class Payload {
  private static final int POOL = 4 << 20;

  private final UniformRandomProvider random;
  private final byte[] pool;
  private final int bytes;

  Payload(long seed, int bytes) {
    this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    this.pool = new Texts(seed).text(POOL + bytes).getBytes(StandardCharsets.US_ASCII);
    this.bytes = bytes;
  }

  /** A fresh value. */
  byte[] next() {
    int start = random.nextInt(POOL);
    return Arrays.copyOfRange(pool, start, start + bytes);
  }
}
