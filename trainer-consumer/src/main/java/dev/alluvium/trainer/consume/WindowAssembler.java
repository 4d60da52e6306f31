package dev.alluvium.trainer.consume;

import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.window.WindowDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts the records of {@code training.windows.v1} together again: open, examples, close. Refuses a
 * window without a close, with examples out of place, or with a wrong digest. Owned by one thread.
 */
final class WindowAssembler {
  private final String topic;
  private final List<Example> examples = new ArrayList<>();
  private @Nullable WindowOpen open;
  private long openedAt;
  private boolean skipping;

  WindowAssembler(String topic) {
    this.topic = topic;
  }

  /** Takes the next record; gives an input when one is complete. */
  Optional<Input> add(WindowRecord record, long offset) {
    Object part = record.getRecord();
    if (skipping && (part instanceof Example || part instanceof WindowClose)) {
      return Optional.empty();
    }
    skipping = false;
    if (part instanceof WindowOpen next) {
      if (open != null) {
        throw broken(offset, "window %d has no close".formatted(open.getWindowId()));
      }
      open = next;
      openedAt = offset;
      return Optional.empty();
    }
    if (part instanceof Example example) {
      requireOpen(offset, example.getWindowId());
      if (example.getIndex() != examples.size()) {
        throw broken(
            offset,
            "example %d of window %d where %d was expected"
                .formatted(example.getIndex(), example.getWindowId(), examples.size()));
      }
      examples.add(example);
      return Optional.empty();
    }
    if (part instanceof WindowClose close) {
      return Optional.of(close(requireOpen(offset, close.getWindowId()), close, offset));
    }
    if (open != null) {
      throw broken(offset, "a control inside window %d".formatted(open.getWindowId()));
    }
    return Optional.of(new ControlInput((Control) part, offset + 1));
  }

  /** Passes over the rest of a window whose beginning was deleted. */
  void skipToWindow() {
    skipping = true;
  }

  /** Forgets a window that is not complete yet. */
  void reset() {
    skipping = false;
    open = null;
    examples.clear();
  }

  private Window close(WindowOpen opened, WindowClose close, long offset) {
    if (close.getExamples() != examples.size()) {
      throw broken(
          offset,
          "window %d has %d examples; its close says %d"
              .formatted(close.getWindowId(), examples.size(), close.getExamples()));
    }
    String digest = WindowDigest.of(examples);
    if (!digest.equals(close.getDigest())) {
      throw broken(
          offset,
          "window %d has digest %s; its close says %s"
              .formatted(close.getWindowId(), digest, close.getDigest()));
    }
    Window window = new Window(opened, List.copyOf(examples), close, openedAt, offset + 1);
    reset();
    return window;
  }

  private WindowOpen requireOpen(long offset, long windowId) {
    if (open == null || open.getWindowId() != windowId) {
      throw broken(offset, "a record of window %d, which is not open".formatted(windowId));
    }
    return open;
  }

  private BrokenWindowException broken(long offset, String what) {
    return new BrokenWindowException(topic, offset, what);
  }
}
