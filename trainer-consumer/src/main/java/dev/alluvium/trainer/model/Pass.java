package dev.alluvium.trainer.model;

import dev.alluvium.trainer.model.torch.Mode;

/**
 * What a forward pass is for.
 *
 * @param mode whether gradients will follow
 * @param draw which dropout masks a training pass draws; the same draw gives the same masks
 */
public record Pass(Mode mode, long draw) {
  /** A pass whose result is pushed back. */
  public static Pass train(long draw) {
    return new Pass(Mode.TRAIN, draw);
  }

  /** A pass for numbers alone, without dropout. */
  public static Pass infer() {
    return new Pass(Mode.INFER, 0);
  }
}
