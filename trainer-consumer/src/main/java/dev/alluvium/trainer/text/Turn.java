package dev.alluvium.trainer.text;

import java.util.Locale;

/** What somebody said in a conversation. */
public record Turn(Role role, String text) {
  /** Who spoke. */
  public enum Role {
    /** Nobody in the conversation: how the model is to behave. */
    SYSTEM,
    /** Who asks. */
    USER,
    /** The model. */
    ASSISTANT;

    /** The name that chat templates know. */
    String chatName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
