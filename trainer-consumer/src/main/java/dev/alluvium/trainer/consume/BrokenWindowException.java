package dev.alluvium.trainer.consume;

/**
 * A window that is not what its own books say. The mixer writes windows whole, so this means lost
 * or altered records; the trainer stops rather than train something else.
 */
public final class BrokenWindowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokenWindowException(String topic, long offset, String what) {
    super(
        "%s-0@%d: %s; the topic is damaged or records are missing; nothing was trained from it"
            .formatted(topic, offset, what));
  }
}
