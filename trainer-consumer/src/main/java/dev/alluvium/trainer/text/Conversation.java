package dev.alluvium.trainer.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model is asked: an instruction, perhaps with a context, perhaps after earlier turns.
 *
 * @param history earlier turns, oldest first; may be empty
 * @param context text that the instruction is about, or null
 */
public record Conversation(List<Turn> history, String instruction, @Nullable String context) {
  public Conversation {
    history = List.copyOf(history);
  }

  /** A single instruction without context or history. */
  public static Conversation of(String instruction) {
    return new Conversation(List.of(), instruction, null);
  }

  /** A single instruction about a context. */
  public static Conversation of(String instruction, @Nullable String context) {
    return new Conversation(List.of(), instruction, context);
  }
}
