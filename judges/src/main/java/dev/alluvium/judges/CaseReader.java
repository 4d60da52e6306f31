package dev.alluvium.judges;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.judges.Attempt.Finish;
import dev.alluvium.judges.Attempt.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a case from a JSON object: a pair in our own format with the text to judge as {@code
 * answer_text}, or {@code instruction}, {@code gold} and {@code answer}, where {@code answer} is
 * the text to judge. What {@code meta} holds counts as if it stood outside.
 */
public final class CaseReader {
  private CaseReader() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when a member is missing or of the wrong kind; says which
   */
  public static Case read(ObjectNode object) {
    String attempt = text(object, "answer_text", "candidate", "prediction");
    String answer = text(object, "answer");
    String gold = text(object, "response", "gold", "output", "canonical_solution");
    if (attempt == null && object.has("gold")) {
      attempt = answer;
      answer = null;
      gold = text(object, "gold");
    }
    if (attempt == null) {
      throw new IllegalArgumentException(
          "no text to judge: expected answer_text, or answer beside gold");
    }
    return new Case(
        text(object, "id"),
        question(object, gold == null ? answer : gold, answer),
        new Attempt(attempt, kind(object), finish(object)),
        label(object));
  }

  /**
   * Reads a pair in our own format, without a text to judge.
   *
   * @throws IllegalArgumentException when a member is missing or of the wrong kind; says which
   */
  public static Question question(ObjectNode pair) {
    return question(pair, text(pair, "response"), text(pair, "answer"));
  }

  private static Question question(
      ObjectNode object, @Nullable String gold, @Nullable String answer) {
    CodeTests tests = tests(object);
    if (gold == null && tests.sources().isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to judge by: expected gold, response, answer or tests");
    }
    String instruction = text(object, "instruction", "prompt", "question");
    return new Question(
        text(object, "skill"),
        instruction == null ? "" : instruction,
        text(object, "context"),
        gold == null ? "" : gold,
        answer,
        texts(object, "accept"),
        texts(object, "choices"),
        tests,
        text(object, "judge"));
  }

  private static CodeTests tests(ObjectNode object) {
    List<String> sources = new ArrayList<>();
    for (String name : List.of("tests", "test_list", "test")) {
      sources.addAll(texts(object, name));
      if (!sources.isEmpty()) {
        break;
      }
    }
    String setup = text(object, "test_setup_code");
    if (setup != null && !setup.isBlank() && !sources.isEmpty()) {
      sources.add(0, setup);
    }
    return new CodeTests(sources, text(object, "lang", "language"), text(object, "entry_point"));
  }

  private static Kind kind(ObjectNode object) {
    String kind = text(object, "kind");
    return kind != null && kind.toLowerCase(Locale.ROOT).equals("paraphrase")
        ? Kind.PARAPHRASE
        : Kind.ANSWER;
  }

  /** The words of our own results and of OpenAI's interface. */
  private static Finish finish(ObjectNode object) {
    String finish = text(object, "finish", "finish_reason", "finishReason");
    return switch (finish == null ? "" : finish.toLowerCase(Locale.ROOT)) {
      case "length", "truncated", "max_tokens" -> Finish.TRUNCATED;
      case "error", "failed" -> Finish.FAILED;
      default -> Finish.ENDED;
    };
  }

  private static @Nullable Boolean label(ObjectNode object) {
    JsonNode label = object.get("label");
    if (label == null || label.isNull()) {
      return null;
    }
    if (label.isBoolean() || label.isNumber()) {
      return label.isBoolean() ? label.booleanValue() : label.doubleValue() > 0;
    }
    return switch (label.asText().strip().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "accept", "accepted", "correct", "right", "1", "equal" -> true;
      case "false", "no", "reject", "rejected", "incorrect", "wrong", "0", "different" -> false;
      default ->
          throw new IllegalArgumentException(
              "label is '%s': expected true or false".formatted(label.asText()));
    };
  }

  /** A member, or the member of meta of that name. */
  private static Optional<JsonNode> member(ObjectNode object, String name) {
    JsonNode own = object.get(name);
    if (own == null || own.isNull()) {
      own = object.path("meta").get(name);
    }
    return own == null || own.isNull() ? Optional.empty() : Optional.of(own);
  }

  private static @Nullable String text(ObjectNode object, String... names) {
    for (String name : names) {
      Optional<JsonNode> found = member(object, name);
      if (found.isPresent()) {
        if (!found.get().isValueNode()) {
          throw new IllegalArgumentException("%s is no text".formatted(name));
        }
        return found.get().asText();
      }
    }
    return null;
  }

  /** A list of texts, the texts of an object in order, or a single text. */
  private static List<String> texts(ObjectNode object, String name) {
    List<String> texts = new ArrayList<>();
    Optional<JsonNode> found = member(object, name);
    if (found.isEmpty()) {
      return texts;
    }
    JsonNode node = found.get();
    if (node.isValueNode()) {
      texts.add(node.asText());
      return texts;
    }
    JsonNode inner = node.path("text").isArray() ? node.path("text") : node;
    for (JsonNode element : inner) {
      if (!element.isValueNode()) {
        throw new IllegalArgumentException("%s holds something that is no text".formatted(name));
      }
      texts.add(element.asText());
    }
    return texts;
  }
}
