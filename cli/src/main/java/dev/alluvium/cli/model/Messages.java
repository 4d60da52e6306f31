package dev.alluvium.cli.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.Turn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as chat APIs write it: a JSON list of messages with role and content.
 *
 * @param asked everything up to the last user's message
 * @param response the assistant's last message, or null when it has not answered yet
 */
record Messages(Conversation asked, @Nullable String response) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a file. */
  static Messages read(Path file) {
    JsonNode list;
    try {
      list = JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new CommandFailure("%s cannot be read as JSON: %s".formatted(file, e.getMessage()), e);
    }
    List<Turn> turns = new ArrayList<>();
    for (JsonNode message : list) {
      JsonNode content = message.path("content");
      if (!content.isTextual()) {
        throw CommandFailure.usage(
            "%s: the content of message %d is not a text".formatted(file, turns.size() + 1));
      }
      turns.add(new Turn(role(file, message.path("role").asText()), content.textValue()));
    }
    String response = null;
    if (!turns.isEmpty() && last(turns).role() == Turn.Role.ASSISTANT) {
      response = turns.remove(turns.size() - 1).text();
    }
    if (turns.isEmpty() || last(turns).role() != Turn.Role.USER) {
      throw CommandFailure.usage(
          file
              + ": expected a list of messages that ends with a user's, or a user's and its answer");
    }
    String instruction = turns.remove(turns.size() - 1).text();
    return new Messages(new Conversation(turns, instruction, null, null), response);
  }

  private static Turn last(List<Turn> turns) {
    return turns.get(turns.size() - 1);
  }

  private static Turn.Role role(Path file, String name) {
    for (Turn.Role role : Turn.Role.values()) {
      if (role.name().toLowerCase(Locale.ROOT).equals(name)) {
        return role;
      }
    }
    throw CommandFailure.usage(
        "%s: role is '%s': expected system, user or assistant".formatted(file, name));
  }
}
