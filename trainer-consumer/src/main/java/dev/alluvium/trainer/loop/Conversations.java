package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.Turn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** From the stream's prompt to the model's conversation. */
public final class Conversations {
  /**
   * The day on which every probe is asked, for templates that write the date: the scores of two
   * cycles may differ by the weights alone.
   */
  public static final Instant PROBE_TIME = Instant.parse("2024-07-26T00:00:00Z");

  private Conversations() {}

  /**
   * The conversation of a prompt. What one speaker says in several turns is one turn, because many
   * models know only strict alternation.
   *
   * @param time what a template that writes the date takes for today
   */
  public static Conversation of(Prompt prompt, Instant time) {
    List<Turn> history = new ArrayList<>();
    prompt
        .getHistory()
        .forEach(turn -> add(history, new Turn(role(turn.getRole()), turn.getText())));
    add(history, new Turn(Turn.Role.USER, prompt.getInstruction()));
    String instruction = history.remove(history.size() - 1).text();
    return new Conversation(history, instruction, prompt.getContext(), time);
  }

  /** The conversation that a probe asks. */
  static Conversation ofProbe(Probe probe) {
    return of(probe.getPrompt(), PROBE_TIME);
  }

  private static Turn.Role role(String name) {
    return switch (name) {
      case "assistant" -> Turn.Role.ASSISTANT;
      case "system" -> Turn.Role.SYSTEM;
      default -> Turn.Role.USER;
    };
  }

  private static void add(List<Turn> turns, Turn turn) {
    int last = turns.size() - 1;
    if (last >= 0 && turns.get(last).role() == turn.role()) {
      turns.set(last, new Turn(turn.role(), turns.get(last).text() + "\n\n" + turn.text()));
    } else {
      turns.add(turn);
    }
  }
}
