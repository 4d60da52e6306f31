package dev.alluvium.trainer.model;

/**
 * What a forward pass is for.
 *
 * @param trains whether it is part of training
 * @param draw which dropout masks a training pass draws; the same draw gives the same masks
 */
public record Pass(boolean trains, long draw) {
  /** A pass of training, with dropout. */
  public static Pass train(long draw) {
    return new Pass(true, draw);
  }

  /** A pass for numbers alone, without dropout. */
  public static Pass infer() {
    return new Pass(false, 0);
  }
}
