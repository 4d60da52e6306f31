package dev.alluvium.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.torch.ArrayLists;
import dev.alluvium.trainer.model.torch.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The matrix multiplications of a pass through a decoder's layers as libtorch itself does them,
 * without anything between them: what a program on it can expect at these shapes. Every layer has
 * matrices of its own, so that they come from memory as in the decoder.
 */
final class Matmuls implements AutoCloseable {
  private final Kernels kernels;
  private final NDManager owner;
  private final List<NDList> factors = new ArrayList<>();
  private final ArrayLists all;
  private double flops;

  /**
   * @param rows tokens that are multiplied with each matrix of a layer
   * @param headRows tokens that are multiplied with the head, and with what follows attention in
   *     the last layer
   * @param packed whether the matrices of layers are joined by input and packed, as those of a
   *     decoder that answers
   */
  Matmuls(Kernels kernels, DecoderSpec spec, int rows, int headRows, boolean packed) {
    this.kernels = kernels;
    this.owner = kernels.runtime().newScope();
    for (int layer = 0; layer < spec.layers(); layer++) {
      for (List<Projection> maps : Projection.BY_INPUT) {
        boolean all = layer + 1 < spec.layers() || maps.contains(Projection.Q);
        int own = all ? rows : headRows;
        int in = maps.get(0).inputs(spec);
        IntStream outputs = maps.stream().mapToInt(map -> map.outputs(spec));
        if (packed) {
          add(own, in, outputs.sum(), true);
        } else {
          outputs.forEach(out -> add(own, in, out, false));
        }
      }
    }
    add(headRows, spec.width(), spec.vocab(), false);
    this.all = new ArrayLists(owner, factors);
  }

  private void add(int rows, int in, int out, boolean packed) {
    NDArray weight = random(out, in);
    factors.add(new NDList(random(rows, in), packed ? kernels.pack(owner, weight) : weight));
    flops += 2.0 * rows * in * out;
  }

  private NDArray random(int rows, int columns) {
    try (NDManager scope = kernels.runtime().newScope()) {
      NDArray values = scope.randomUniform(-0.1f, 0.1f, new Shape(rows, columns));
      return kernels.rounded(owner, values);
    }
  }

  /** Runs all of them once and gives the seconds it took. */
  double seconds() {
    try (NDManager scope = kernels.runtime().newScope()) {
      long start = System.nanoTime();
      kernels.synchronize(kernels.products(scope, all));
      return (System.nanoTime() - start) / 1e9;
    }
  }

  /** Operations of one run. */
  double flops() {
    return flops;
  }

  @Override
  public void close() {
    owner.close();
  }
}
