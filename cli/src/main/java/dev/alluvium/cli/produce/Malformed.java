package dev.alluvium.cli.produce;

/** A piece of input is no pair; says why, as a code and for a person. Has no stack trace. */
final class Malformed extends Exception {
  private static final long serialVersionUID = 1L;

  static final String WRONG_SHAPE = "wrong_shape";

  private final String code;

  Malformed(String code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  static Malformed shape(String detail) {
    return new Malformed(WRONG_SHAPE, detail);
  }

  String code() {
    return code;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
