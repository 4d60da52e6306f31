package dev.alluvium.judges;

/**
 * A text that wants to take gold's place.
 *
 * @param text the text
 * @param kind how it came to be
 * @param finish how it ended
 */
public record Attempt(String text, Kind kind, Finish finish) {
  /** How a text came to be. */
  public enum Kind {
    /** The model's own answer; it did not see gold. */
    ANSWER,
    /** The model's rewording of gold, which it saw. */
    PARAPHRASE
  }

  /** How a text ended. */
  public enum Finish {
    /** By itself. */
    ENDED,
    /** Because it became too long. */
    TRUNCATED,
    /** Because the worker failed. */
    FAILED
  }

  /** An answer that ended by itself. */
  public static Attempt answer(String text) {
    return new Attempt(text, Kind.ANSWER, Finish.ENDED);
  }

  /** A rewording of gold that ended by itself. */
  public static Attempt paraphrase(String text) {
    return new Attempt(text, Kind.PARAPHRASE, Finish.ENDED);
  }
}
