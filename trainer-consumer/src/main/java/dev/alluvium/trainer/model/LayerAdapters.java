package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDList;
import dev.alluvium.trainer.model.torch.ArrayLists;
import dev.alluvium.trainer.model.torch.Kernels.Dropout;

/**
 * What a decoder needs to know of an adapter: low-rank pairs for each layer, their factor, their
 * dropout.
 */
public interface LayerAdapters {
  /**
   * A (R, in) and B (out, R) of each {@link Projection} in turn, of no elements where there is
   * none.
   */
  NDList layer(int layer);

  /** Those of all layers. */
  ArrayLists layers();

  /** Where the gradients of {@link #layer} are collected: arrays of no elements if nowhere. */
  NDList gradients(int layer);

  /** The factor of the low-rank products; 0 if there are none. */
  double scale();

  /**
   * Dropout of a layer in training.
   *
   * @param draw names the forward pass: the same draw gives the same masks
   */
  Dropout dropout(int layer, long draw);
}
