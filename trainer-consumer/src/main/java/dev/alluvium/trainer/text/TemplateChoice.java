package dev.alluvium.trainer.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

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

  private static final ObjectMapper JSON = new ObjectMapper();

  public TemplateChoice {
    variables = Map.copyOf(variables);
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
