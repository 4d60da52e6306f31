package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/** Keys and values of the positions of one sequence so far, layer by layer: (1, K, P, D) each. */
final class KeyValueCache implements AutoCloseable {
  private final NDManager owner;
  private final List<NDList> layers = new ArrayList<>();
  private int length;

  KeyValueCache(Decoder decoder) {
    this.owner = decoder.kernels().runtime().newScope();
    DecoderSpec spec = decoder.spec();
    Shape none = new Shape(1, spec.kvHeads(), 0, spec.headSize());
    for (int layer = 0; layer < spec.layers(); layer++) {
      layers.add(
          new NDList(
              decoder.kernels().emptyRounded(owner, none),
              decoder.kernels().emptyRounded(owner, none)));
    }
  }

  /** P, positions held. */
  int length() {
    return length;
  }

  NDList layer(int layer) {
    return layers.get(layer);
  }

  /** Takes over the arrays of a layer and frees the former ones. */
  void replace(int layer, NDArray keys, NDArray values) {
    keys.attach(owner);
    values.attach(owner);
    layers.set(layer, new NDList(keys, values)).close();
  }

  void advance(int positions) {
    length += positions;
  }

  @Override
  public void close() {
    owner.close();
  }
}
