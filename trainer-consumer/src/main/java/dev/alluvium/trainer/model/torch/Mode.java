package dev.alluvium.trainer.model.torch;

/** Whether a calculation is recorded for a backward pass. */
public enum Mode {
  /** Recorded inside a gradient collector; the only mode whose results may meet gradients later. */
  TRAIN,
  /** Never recorded: the cheapest way to numbers that leave the model. */
  INFER
}
