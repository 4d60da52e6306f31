package dev.alluvium.trainer.weights;

/** Weights on disk that cannot be used: says which file or tensor, what was expected and why. */
public final class WeightsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WeightsException(String message) {
    super(message);
  }

  WeightsException(String message, Throwable cause) {
    super(message, cause);
  }
}
