package dev.alluvium.streams.text;

import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.Turn;
import org.jspecify.annotations.Nullable;

/**
 * Guesses tokens without a tokenizer: one per 3.5 bytes of UTF-8, and 8 for the template around a
 * prompt and around each earlier turn. Good enough to budget a window; what is trained is counted
 * exactly by the trainer.
 */
public final class TokenEstimate {
  private static final int TEMPLATE = 8;

  private TokenEstimate() {}

  /** Estimated tokens of prompt and target together. */
  public static int of(Prompt prompt, String target) {
    long bytes = utf8(prompt.getInstruction()) + utf8(prompt.getContext()) + utf8(target);
    for (Turn turn : prompt.getHistory()) {
      bytes += utf8(turn.getText());
    }
    long tokens = (2 * bytes + 6) / 7 + (long) TEMPLATE * (1 + prompt.getHistory().size());
    return Math.toIntExact(tokens);
  }

  private static long utf8(@Nullable String text) {
    long bytes = 0;
    for (int i = 0; text != null && i < text.length(); i++) {
      char c = text.charAt(i);
      // Both halves of a surrogate pair together take four bytes.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
