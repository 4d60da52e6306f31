package dev.alluvium.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.torch.ArrayLists;
import dev.alluvium.trainer.model.torch.Kernels;
import java.util.ArrayList;
import java.util.List;

/**
 * The two products of attention of one new position per text with the keys and values before it,
 * without softmax: they cannot be done faster than keys and values come from memory.
 */
final class AttentionProducts implements AutoCloseable {
  private final Kernels kernels;
  private final NDManager owner;
  private final ArrayLists layers;

  /**
   * @param batch texts
   * @param positions how many each sees
   */
  AttentionProducts(Kernels kernels, DecoderSpec spec, int batch, int positions) {
    this.kernels = kernels;
    this.owner = kernels.runtime().newScope();
    int groups = spec.heads() / spec.kvHeads();
    List<NDList> all = new ArrayList<>();
    for (int layer = 0; layer < spec.layers(); layer++) {
      all.add(
          new NDList(
              random(batch * spec.kvHeads(), groups, spec.headSize()),
              random(batch * spec.kvHeads(), positions, spec.headSize()),
              random(batch * spec.kvHeads(), positions, spec.headSize())));
    }
    this.layers = new ArrayLists(owner, all);
  }

  private NDArray random(int... sizes) {
    long[] shape = java.util.Arrays.stream(sizes).asLongStream().toArray();
    try (NDManager scope = kernels.runtime().newScope()) {
      return kernels.rounded(owner, scope.randomUniform(-0.1f, 0.1f, new Shape(shape)));
    }
  }

  /** Runs those of all layers once and gives the seconds it took. */
  double seconds() {
    try (NDManager scope = kernels.runtime().newScope()) {
      long start = System.nanoTime();
      kernels.synchronize(kernels.attentionProducts(scope, layers));
      return (System.nanoTime() - start) / 1e9;
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
