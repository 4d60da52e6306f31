package dev.alluvium.trainer.text;

/**
 * A pair that cannot become an example.
 *
 * @param detail the measured value and the limit, never the text itself
 */
public record RefusedText(Reason reason, String detail) implements Tokenization {
  /** Why. */
  public enum Reason {
    /** More tokens than the limit; nothing is cut, because half a text teaches the wrong end. */
    TOO_LONG,
    /** The response is blank: there is nothing to train. */
    EMPTY_RESPONSE,
    /** A text spells out one of the tokenizer's special tokens and would forge a turn. */
    RESERVED_TOKEN,
    /** A text holds half a surrogate pair. */
    NOT_UNICODE,
    /** It is of what a rollback has left behind. */
    LEFT_BEHIND,
    /** Its pair was erased after its window was written. */
    ERASED,
    /** The chat template refuses the conversation, or writes it so that it cannot be trained. */
    TEMPLATE
  }
}
