package dev.alluvium.trainer.text;

/** A tokenizer or template that cannot be used: says which file and what was expected. */
public final class TextException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A text or file that cannot be used, and why. */
  public TextException(String message) {
    super(message);
  }

  TextException(String message, Throwable cause) {
    super(message, cause);
  }
}
