package dev.alluvium.trainer.model.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Moves vectors and matrices from and to the device by blocks of rows, however large they are. */
public final class Rows {
  /** Numbers moved to the device at a time. */
  private static final long BLOCK = 1 << 24;

  /** Gives rows {@code from} to {@code to}, exclusive, row after row. */
  @FunctionalInterface
  public interface Source {
    float[] rows(long from, long to);
  }

  private Rows() {}

  /** The numbers of rows {@code from} to {@code to}, exclusive, exactly, row after row. */
  public static float[] download(Kernels kernels, NDArray array, long from, long to) {
    try (NDManager scope = kernels.runtime().newScope()) {
      return kernels.download(
          kernels.rows(scope, array, Math.toIntExact(from), Math.toIntExact(to)));
    }
  }

  /** Overwrites all numbers of an array of either precision. */
  public static void assign(Kernels kernels, NDArray target, Source source) {
    Shape shape = target.getShape();
    long rows = shape.get(0);
    if (shape.dimension() == 1) {
      kernels.assign(target, source.rows(0, rows));
      return;
    }
    long step = Math.max(1, BLOCK / shape.get(1));
    for (long from = 0; from < rows; from += step) {
      long to = Math.min(rows, from + step);
      kernels.assignRows(target, from, to, source.rows(from, to));
    }
  }
}
