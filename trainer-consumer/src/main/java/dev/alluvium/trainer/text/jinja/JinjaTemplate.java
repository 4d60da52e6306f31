package dev.alluvium.trainer.text.jinja;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;
import org.mozilla.javascript.Scriptable;

/** A template that was read once and can be rendered often. Safe for several threads. */
public final class JinjaTemplate {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Scriptable parsed;

  private JinjaTemplate(String name, Scriptable parsed) {
    this.name = name;
    this.parsed = parsed;
  }

  /**
   * Reads a template, with the white space rules of chat templates (trim_blocks, lstrip_blocks).
   *
   * @param name where it comes from, for errors
   * @throws JinjaException when it is no template
   */
  public static JinjaTemplate parse(String name, String source) {
    return new JinjaTemplate(name, Interpreter.shared().parse(name, source));
  }

  /**
   * Renders.
   *
   * @param variables anything that can be written as JSON; null is none, what is absent is
   *     undefined
   * @param now what {@code strftime_now} writes, in UTC
   * @throws JinjaException when the template refuses its variables, fails, or exceeds the limits
   */
  public String render(Map<String, ?> variables, Instant now) {
    try {
      return Interpreter.shared().render(name, parsed, JSON.writeValueAsString(variables), now);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("variables of " + name + " are not JSON", e);
    }
  }
}
