package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * What a decoder needs to know of an adapter: low-rank pairs for each layer and their common
 * factor.
 */
public interface LayerAdapters {
  /**
   * A (R, in) and B (out, R) of each {@link Projection} in turn, of no elements where there is
   * none.
   */
  NDList layer(int layer);

  /** The factor of the low-rank product, as (). */
  NDArray scale();
}
