package dev.alluvium.trainer.step;

import ai.djl.ndarray.NDManager;

/** Something that is minimised beside the loss of the examples, batch after batch of one step. */
interface Regulariser {
  /**
   * Adds the gradient of a batch to what {@link BatchStates#gradient} has.
   *
   * @return whether its loss is finite
   */
  boolean backward(NDManager scope, BatchStates states);

  /** What it has added to what is minimised. */
  double weighted();
}
