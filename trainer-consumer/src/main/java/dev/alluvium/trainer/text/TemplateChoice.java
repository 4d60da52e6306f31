package dev.alluvium.trainer.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which template writes turns, and what it may read besides the messages.
 *
 * @param name {@link #MODEL}, {@link #BUILTIN}, or the name of one of the model's templates
 * @param variables such as {@code enable_thinking}
 */
public record TemplateChoice(String name, Map<String, Object> variables) {
  /** The choice of the model's own template if it has one, else of the built-in form. */
  public static final String MODEL = "model";

  /** The choice of the built-in form. */
  public static final String BUILTIN = "builtin";

  /** A text that only begins as JSON, such as {@code 26 Jul 2024}, is a text. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** What rendering itself sets. */
  private static final Set<String> RESERVED = Set.of("messages", "add_generation_prompt");

  /**
   * @throws TextException if a variable has no usable name
   */
  public TemplateChoice {
    variables = Map.copyOf(variables);
    for (String variable : variables.keySet()) {
      if (!variable.matches("[A-Za-z_][A-Za-z_0-9]*") || RESERVED.contains(variable)) {
        throw new TextException(
            "template variable %s: expected a name of letters, digits and _, other than %s"
                .formatted(variable, new TreeSet<>(RESERVED)));
      }
    }
  }

  /** A template without variables. */
  public static TemplateChoice of(String name) {
    return new TemplateChoice(name, Map.of());
  }

  /** A template with variables given as text: JSON where they are JSON, otherwise the text. */
  public static TemplateChoice of(String name, Map<String, String> texts) {
    Map<String, Object> variables = new LinkedHashMap<>();
    texts.forEach((key, text) -> variables.put(key, value(text)));
    return new TemplateChoice(name, variables);
  }

  private static Object value(String text) {
    try {
      JsonNode parsed = JSON.readTree(text);
      return parsed.isMissingNode() ? text : parsed;
    } catch (JsonProcessingException e) {
      return text;
    }
  }
}
