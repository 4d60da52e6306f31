package dev.alluvium.judges.sandbox;

/** The sandbox does not work on this machine; nothing was run. The message says what is missing. */
public final class SandboxUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SandboxUnavailableException(String message) {
    super(message);
  }

  SandboxUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
