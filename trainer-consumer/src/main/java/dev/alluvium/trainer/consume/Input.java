package dev.alluvium.trainer.consume;

/** What the trainer reads next: a whole window, or a control between two windows. */
public sealed interface Input permits Window, ControlInput {
  /** The offset to read from once this input is done with. */
  long nextOffset();
}
