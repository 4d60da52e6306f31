package dev.alluvium.trainer.text;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model is asked: an instruction, perhaps with a context, perhaps after earlier turns.
 *
 * @param history earlier turns, oldest first; may be empty
 * @param context text that the instruction is about, or null
 * @param time when it is asked, for templates that write the date; null for whenever it is written
 */
public record Conversation(
    List<Turn> history, String instruction, @Nullable String context, @Nullable Instant time) {
  public Conversation {
    history = List.copyOf(history);
  }

  /** A single instruction without context or history. */
  public static Conversation of(String instruction) {
    return of(instruction, null);
  }

  /** A single instruction about a context. */
  public static Conversation of(String instruction, @Nullable String context) {
    return new Conversation(List.of(), instruction, context, null);
  }

  /** All turns; the last is the instruction, with the context after a blank line. */
  public List<Turn> turns() {
    List<Turn> turns = new ArrayList<>(history);
    boolean bare = context == null || context.isEmpty();
    turns.add(new Turn(Turn.Role.USER, bare ? instruction : instruction + "\n\n" + context));
    return turns;
  }
}
