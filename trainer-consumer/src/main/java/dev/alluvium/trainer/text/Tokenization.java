package dev.alluvium.trainer.text;

import java.util.function.Function;

/** What became of a pair that was turned into tokens: an example, or a refusal with its reason. */
public sealed interface Tokenization permits TokenizedExample, RefusedText {
  /** Handles both cases. */
  default <R> R fold(Function<TokenizedExample, R> accepted, Function<RefusedText, R> refused) {
    return this instanceof TokenizedExample example
        ? accepted.apply(example)
        : refused.apply((RefusedText) this);
  }
}
