package dev.alluvium.trainer.generate.backend;

/** Nothing can be answered until a person has changed something; says what. */
public final class UnusableBackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A backend that cannot be used, and why. */
  public UnusableBackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
