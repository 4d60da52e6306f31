package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.torch.Kernels;

/**
 * Cosines and sines of the rotary angles, position by position, made as far as a sequence has
 * needed them.
 *
 * <p>The angles are calculated in float32, as in the Hugging Face implementation, so that long
 * positions agree with it.
 */
final class RopeTable implements AutoCloseable {
  private static final int FIRST_LENGTH = 512;

  /** A part of the table: cos and sin (T, D/2) in the compute precision. */
  record Angles(NDArray cos, NDArray sin) {}

  private final DecoderSpec spec;
  private final Kernels kernels;
  private final NDManager owner;
  private int length;
  private Angles whole;

  RopeTable(DecoderSpec spec, Kernels kernels) {
    this.spec = spec;
    this.kernels = kernels;
    this.owner = kernels.runtime().newScope();
    this.length = Math.min(FIRST_LENGTH, spec.maxPositions());
    this.whole = calculate(length);
  }

  /** Angles of the first positions. */
  Angles first(NDManager scope, int length) {
    Angles all = upTo(length);
    return new Angles(
        kernels.rows(scope, all.cos(), 0, length), kernels.rows(scope, all.sin(), 0, length));
  }

  /**
   * The table of at least the first {@code needed} positions. One that has become too short stays
   * until all are closed, for other threads calculate with it: together they have fewer than twice
   * the rows of the longest.
   */
  synchronized Angles upTo(int needed) {
    if (needed > spec.maxPositions()) {
      throw new IllegalArgumentException(
          "sequence of %d positions: the model takes %d at most"
              .formatted(needed, spec.maxPositions()));
    }
    if (needed > length) {
      length = (int) Math.min(spec.maxPositions(), Math.max(needed, 2L * length));
      whole = calculate(length);
    }
    return whole;
  }

  private Angles calculate(int positions) {
    int half = spec.headSize() / 2;
    float[] cos = new float[positions * half];
    float[] sin = new float[positions * half];
    float[] frequencies = spec.rope().frequencies(spec.headSize());
    for (int i = 0; i < half; i++) {
      for (int position = 0; position < positions; position++) {
        float angle = position * frequencies[i];
        cos[position * half + i] = (float) Math.cos(angle);
        sin[position * half + i] = (float) Math.sin(angle);
      }
    }
    Shape shape = new Shape(positions, half);
    return new Angles(
        kernels.uploadRounded(owner, cos, shape), kernels.uploadRounded(owner, sin, shape));
  }

  @Override
  public synchronized void close() {
    owner.close();
  }
}
