package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.torch.ArrayLists;
import dev.alluvium.trainer.model.torch.Kernels.Dropout;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.util.Collections;

/** The adapter of a bare decoder: every pair is empty. */
final class NoAdapters implements LayerAdapters, AutoCloseable {
  private final NDManager owner;
  private final NDList pairs;
  private final ArrayLists layers;
  private final NDList gradients;

  NoAdapters(TorchRuntime runtime, int layerCount) {
    this.owner = runtime.newScope();
    this.pairs = empty();
    this.layers = new ArrayLists(owner, Collections.nCopies(layerCount, pairs));
    this.gradients = empty();
  }

  private NDList empty() {
    return new NDList(
        Collections.nCopies(2 * Projection.values().length, owner.zeros(new Shape(0))));
  }

  @Override
  public NDList layer(int layer) {
    return pairs;
  }

  @Override
  public ArrayLists layers() {
    return layers;
  }

  @Override
  public NDList gradients(int layer) {
    return gradients;
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
