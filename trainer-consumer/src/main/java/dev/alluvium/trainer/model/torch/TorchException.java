package dev.alluvium.trainer.model.torch;

/**
 * The native library cannot do what was asked: it is missing, of another version, or has no such
 * device.
 */
public final class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TorchException(String message) {
    super(message);
  }

  TorchException(String message, Throwable cause) {
    super(message, cause);
  }
}
