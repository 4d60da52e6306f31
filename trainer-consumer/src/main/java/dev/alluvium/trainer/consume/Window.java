package dev.alluvium.trainer.consume;

import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import java.util.List;

/**
 * A closed window, checked against its own books.
 *
 * @param open its first record
 * @param examples its examples, in training order
 * @param close its last record
 * @param offset the offset of its first record
 * @param nextOffset the offset after its last record
 */
public record Window(
    WindowOpen open, List<Example> examples, WindowClose close, long offset, long nextOffset)
    implements Input {
  /** The window's number. */
  public long id() {
    return open.getWindowId();
  }
}
