package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.Turn;
import java.util.ArrayList;
import java.util.List;

/**
 * From the stream's prompt, a list of turns by role, to the model's conversation, a list of
 * exchanges.
 */
public final class Conversations {
  private Conversations() {}

  /**
   * The conversation of a prompt. What is said before anybody answers, system text included, is one
   * question; what nobody answers goes in front of the instruction.
   */
  public static Conversation of(Prompt prompt) {
    List<Turn> exchanges = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    for (dev.alluvium.schemas.avro.Turn turn : prompt.getHistory()) {
      if (turn.getRole().equals("assistant")) {
        exchanges.add(new Turn(String.join("\n\n", asked), turn.getText()));
        asked.clear();
      } else {
        asked.add(turn.getText());
      }
    }
    asked.add(prompt.getInstruction());
    return new Conversation(exchanges, String.join("\n\n", asked), prompt.getContext());
  }
}
