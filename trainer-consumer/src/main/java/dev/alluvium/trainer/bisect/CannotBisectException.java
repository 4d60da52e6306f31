package dev.alluvium.trainer.bisect;

/** A question that cannot be answered with what is still there; says what is missing. */
public final class CannotBisectException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotBisectException(String message) {
    super(message);
  }
}
