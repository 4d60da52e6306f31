package dev.alluvium.schemas.pair;

import java.util.Locale;

/** Why an input cannot be used: the closed list of reason codes in dead letters and reports. */
public enum Reason {
  /** The value is empty or starts with a byte that no encoding starts with. */
  UNKNOWN_ENCODING(Stage.DECODE),
  /** The value is larger than a pair may be, or the key larger than a key may be. */
  OVERSIZED(Stage.DECODE),
  /** The text is not UTF-8. */
  NOT_UTF8(Stage.DECODE),
  /** The text is not the JSON object a pair is. */
  BAD_JSON(Stage.DECODE),
  /** The bytes are no record of the schema they claim. */
  BAD_AVRO(Stage.DECODE),
  /** The schema the bytes claim is not known. */
  UNKNOWN_SCHEMA(Stage.DECODE),
  /** The instruction is missing or blank. */
  NO_INSTRUCTION(Stage.VALIDATE),
  /** The response is missing or blank. */
  NO_RESPONSE(Stage.VALIDATE),
  /** A text is longer than the settings allow. */
  TOO_LONG(Stage.VALIDATE),
  /** A text holds control characters other than tab and line breaks, or half a character. */
  BAD_CHARACTER(Stage.VALIDATE),
  /** The id is blank or too long. */
  BAD_ID(Stage.VALIDATE),
  /** The skill is not a plain lower-case name. */
  BAD_SKILL(Stage.VALIDATE),
  /** An earlier turn has no text, or a role that does not exist. */
  BAD_HISTORY(Stage.VALIDATE),
  /** Our own processing failed. */
  PROCESSING_FAILURE(Stage.PROCESS);

  /** Where an input fails. */
  public enum Stage {
    /** Bytes to pair. */
    DECODE,
    /** Pair to usable pair. */
    VALIDATE,
    /** Everything after. */
    PROCESS;

    /** The name in dead letters. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Stage stage;

  Reason(Stage stage) {
    this.stage = stage;
  }

  /** Where an input with this fault fails. */
  public Stage stage() {
    return stage;
  }

  /** The code in dead letters and reports, such as {@code bad_json}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
