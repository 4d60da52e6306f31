package dev.alluvium.trainer.checkpoint;

/** A checkpoint that is not there, or not what was written. */
public final class UnusableCheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableCheckpointException(String name, String reason) {
    super("checkpoint %s cannot be used: %s".formatted(name, reason));
  }
}
