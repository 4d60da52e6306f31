package dev.alluvium.schemas.pair;

/** An input is no usable pair. Carries the reason for the dead letter; has no stack trace. */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /**
   * A rejection.
   *
   * @param reason the code
   * @param detail what is wrong, for a person
   */
  public RejectedException(Reason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  /** The code. */
  public Reason reason() {
    return reason;
  }

  /** What is wrong, for a person. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
