package dev.alluvium.trainer.consume;

import dev.alluvium.schemas.avro.Control;

/**
 * An operator's order, at its place between two windows.
 *
 * @param control the order
 * @param nextOffset the offset after it
 */
public record ControlInput(Control control, long nextOffset) implements Input {
  /** The offset of the order. */
  public long offset() {
    return nextOffset - 1;
  }
}
