package dev.alluvium.cli.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** What a process has written, where each line has to be one JSON object. */
public final class JsonLines {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonLines() {}

  /**
   * The objects.
   *
   * @throws AssertionError with the first line that is none
   */
  public static List<JsonNode> of(String written) {
    return written.lines().map(JsonLines::object).toList();
  }

  private static JsonNode object(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new AssertionError("not one JSON object: " + line, e);
    }
    throw new AssertionError("not one JSON object: " + line);
  }
}
