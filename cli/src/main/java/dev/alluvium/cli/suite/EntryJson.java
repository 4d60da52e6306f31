package dev.alluvium.cli.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.suite.skill.Level;
import dev.alluvium.judges.suite.AnswerKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Entries as lines of JSON Lines, in the record format of pairs: {@code {"id", "skill", "source",
 * "instruction", "response", "answer", "tests"?, "meta": {"level", "wording", "value", "of",
 * "judge"}}}.
 */
final class EntryJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SOURCE = "suite";
  private static final String JUDGE = "suite";

  private EntryJson() {}

  static String write(String id, Entry entry) {
    ObjectNode line = JSON.createObjectNode();
    line.put("id", id).put("skill", entry.skill()).put("source", SOURCE);
    line.put("instruction", entry.instruction()).put("response", entry.response());
    line.put("answer", entry.key().answer());
    if (!entry.key().tests().isEmpty()) {
      entry.key().tests().forEach(line.putArray("tests")::add);
    }
    line.putObject("meta")
        .put("level", entry.level().label())
        .put("wording", entry.wording().name())
        .put("value", entry.key().kind().label())
        .put("of", entry.of())
        .put("judge", JUDGE);
    return line.toString();
  }

  /**
   * Reads a line back.
   *
   * @throws IllegalArgumentException when it is no line of the suite
   */
  static Entry read(String line) {
    try {
      JsonNode record = JSON.readTree(line);
      JsonNode meta = record.path("meta");
      List<String> tests = new ArrayList<>();
      record.path("tests").forEach(test -> tests.add(test.asText()));
      return new Entry(
          text(record, "skill"),
          text(meta, "of"),
          Level.valueOf(text(meta, "level").toUpperCase(Locale.ROOT)),
          Wording.valueOf(text(meta, "wording")),
          text(record, "instruction"),
          text(record, "response"),
          new AnswerKey(
              AnswerKey.Kind.valueOf(text(meta, "value").toUpperCase(Locale.ROOT)),
              text(record, "answer"),
              tests));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(
          "no text in '%s': expected a record written by alluvium suite".formatted(name));
    }
    return value.textValue();
  }
}
