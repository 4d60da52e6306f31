package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.torch.Kernels.Dropout;
import dev.alluvium.trainer.model.torch.TorchRuntime;

/** The adapter of a bare decoder: every pair is empty. */
final class NoAdapters implements LayerAdapters, AutoCloseable {
  private final NDManager owner;
  private final NDList pairs = new NDList();

  NoAdapters(TorchRuntime runtime) {
    this.owner = runtime.newScope();
    NDArray empty = owner.zeros(new Shape(0));
    for (int i = 0; i < 2 * Projection.values().length; i++) {
      pairs.add(empty);
    }
  }

  @Override
  public NDList layer(int layer) {
    return pairs;
  }

  @Override
  public double scale() {
    return 0;
  }

  @Override
  public Dropout dropout(int layer, long draw) {
    return Dropout.NONE;
  }

  @Override
  public void close() {
    owner.close();
  }
}
