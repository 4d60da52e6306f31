package dev.alluvium.cli.produce;

import dev.alluvium.schemas.pair.Reason;
import dev.alluvium.schemas.topic.Topics;

/** A piece of input is no pair; says why, as a code and for a person. Has no stack trace. */
final class Malformed extends Exception {
  private static final long serialVersionUID = 1L;

  static final String WRONG_SHAPE = "wrong_shape";
  private static final int KIB = 1024;

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

  static Malformed oversizedWhenEncoded() {
    return new Malformed(
        Reason.OVERSIZED.code(),
        "larger than %d KiB when encoded".formatted(Topics.MAX_PAIR_BYTES / KIB));
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  /** The line for a person, behind the file and line where the piece stands. */
  String at(String place) {
    return "%s: %s: %s".formatted(place, code, detail());
  }
}
