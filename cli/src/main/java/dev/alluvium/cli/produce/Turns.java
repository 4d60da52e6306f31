package dev.alluvium.cli.produce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Conversations: the last assistant turn is the response, the user turn before it the instruction,
 * everything earlier is history. Turns after the response have no answer and are left out.
 */
final class Turns {
  private static final String USER = "user";
  private static final String ASSISTANT = "assistant";
  private static final String SYSTEM = "system";

  private static final Map<String, String> ROLES =
      Map.of(
          "user",
          USER,
          "human",
          USER,
          "assistant",
          ASSISTANT,
          "gpt",
          ASSISTANT,
          "chatgpt",
          ASSISTANT,
          "model",
          ASSISTANT,
          "system",
          SYSTEM);

  private Turns() {}

  private record Turn(String role, String text) {}

  /** A conversation in our own shape. */
  static ObjectNode toOwn(ObjectNode object, String list, String roleName, String textName)
      throws Malformed {
    ObjectNode own = object.deepCopy();
    own.remove(list);
    List<Turn> turns = new ArrayList<>(system(own));
    for (JsonNode turn : object.get(list)) {
      turns.add(new Turn(role(turn, list, roleName), text(turn, list, textName)));
    }
    int response = turns.size() - 1;
    while (response >= 0 && !turns.get(response).role().equals(ASSISTANT)) {
      response--;
    }
    if (response < 1 || !turns.get(response - 1).role().equals(USER)) {
      throw Malformed.shape(
          list + " has no assistant turn that follows a user turn: there is nothing to learn");
    }
    own.put("instruction", turns.get(response - 1).text());
    own.put("response", turns.get(response).text());
    put(own, turns.subList(0, response - 1));
    return own;
  }

  /** Alpaca's optional {@code system} text and {@code history} of [instruction, output] lists. */
  static void fromAlpaca(ObjectNode own) throws Malformed {
    List<Turn> turns = new ArrayList<>(system(own));
    JsonNode history = own.remove("history");
    if (history != null && !history.isNull()) {
      for (JsonNode exchange : history) {
        if (!exchange.isArray() || exchange.size() != 2) {
          throw Malformed.shape("history: expected a list of [instruction, output]");
        }
        turns.add(new Turn(USER, exchange.get(0).asText()));
        turns.add(new Turn(ASSISTANT, exchange.get(1).asText()));
      }
    }
    put(own, turns);
  }

  private static List<Turn> system(ObjectNode own) {
    JsonNode system = own.remove(SYSTEM);
    return system == null || system.asText().isBlank()
        ? List.of()
        : List.of(new Turn(SYSTEM, system.asText()));
  }

  private static void put(ObjectNode own, List<Turn> history) {
    if (!history.isEmpty()) {
      ArrayNode array = own.putArray("history");
      history.forEach(turn -> array.addObject().put("role", turn.role()).put("text", turn.text()));
    }
  }

  private static String role(JsonNode turn, String list, String member) throws Malformed {
    String given = turn.path(member).asText();
    String role = ROLES.get(given);
    if (role == null) {
      throw Malformed.shape(
          "%s: %s is '%s': expected user, assistant or system (or human, gpt)"
              .formatted(list, member, given));
    }
    return role;
  }

  private static String text(JsonNode turn, String list, String member) throws Malformed {
    JsonNode text = turn.path(member);
    if (text.isTextual()) {
      return text.textValue();
    }
    // OpenAI also writes content as parts; only texts can be trained on.
    StringBuilder parts = new StringBuilder();
    for (JsonNode part : text) {
      if (!part.path("text").isTextual()) {
        throw Malformed.shape("%s: %s has a part that is no text".formatted(list, member));
      }
      parts.append(part.get("text").textValue());
    }
    if (!text.isArray()) {
      throw Malformed.shape("%s: %s is missing or no text".formatted(list, member));
    }
    return parts.toString();
  }
}
