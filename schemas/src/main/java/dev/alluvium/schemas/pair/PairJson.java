package dev.alluvium.schemas.pair;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Turn;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pair as one JSON object: {@code {"id", "skill", "source", "instruction", "context", "history",
 * "response", "answer", "tests", "probe", "meta"}}. Only instruction and response are needed;
 * members we do not know are kept in {@code meta}.
 */
public final class PairJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private PairJson() {}

  /**
   * Reads UTF-8 bytes.
   *
   * @throws RejectedException with NOT_UTF8 or BAD_JSON
   */
  public static Pair read(byte[] utf8) throws RejectedException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new RejectedException(Reason.NOT_UTF8, "the value is not UTF-8: " + e.getMessage());
    }
    return read(parse(text));
  }

  /**
   * Parses one JSON object.
   *
   * @throws RejectedException with BAD_JSON when the text is no JSON object
   */
  public static ObjectNode parse(String text) throws RejectedException {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new RejectedException(Reason.BAD_JSON, "not JSON: " + e.getOriginalMessage());
    }
    throw new RejectedException(Reason.BAD_JSON, "expected a JSON object");
  }

  /**
   * Reads a parsed object.
   *
   * @throws RejectedException with BAD_JSON when a member has the wrong type
   */
  public static Pair read(ObjectNode object) throws RejectedException {
    Pair.Builder pair =
        Pair.newBuilder()
            .setId(scalar(object, "id"))
            .setSkill(text(object, "skill"))
            .setSource(text(object, "source"))
            .setInstruction(orEmpty(text(object, "instruction")))
            .setContext(text(object, "context"))
            .setHistory(turns(object.get("history")))
            .setResponse(orEmpty(text(object, "response")))
            .setAnswer(scalar(object, "answer"))
            .setTests(texts(object, "tests"))
            .setProbe(flag(object, "probe"))
            .setEventTime(time(object));
    return pair.setMeta(meta(object)).build();
  }

  private static @Nullable String text(ObjectNode object, String name) throws RejectedException {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw new RejectedException(
          Reason.BAD_JSON,
          "%s is %s: expected a text"
              .formatted(name, value.getNodeType().name().toLowerCase(Locale.ROOT)));
    }
    return value.textValue();
  }

  private static @Nullable String scalar(ObjectNode object, String name) throws RejectedException {
    JsonNode value = object.get(name);
    return value != null && (value.isNumber() || value.isBoolean())
        ? value.asText()
        : text(object, name);
  }

  private static boolean flag(ObjectNode object, String name) throws RejectedException {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw new RejectedException(Reason.BAD_JSON, name + ": expected true or false");
    }
    return value.booleanValue();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static List<String> texts(ObjectNode object, String name) throws RejectedException {
    JsonNode array = object.get(name);
    List<String> texts = new ArrayList<>();
    if (array == null || array.isNull()) {
      return texts;
    }
    if (!array.isArray()) {
      throw new RejectedException(Reason.BAD_JSON, name + ": expected a list of texts");
    }
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw new RejectedException(Reason.BAD_JSON, name + ": expected a list of texts");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  private static List<Turn> turns(@Nullable JsonNode array) throws RejectedException {
    List<Turn> turns = new ArrayList<>();
    if (array == null || array.isNull()) {
      return turns;
    }
    String expected = "history: expected a list of {\"role\", \"text\"}";
    if (!array.isArray()) {
      throw new RejectedException(Reason.BAD_JSON, expected);
    }
    for (JsonNode turn : array) {
      JsonNode text = turn.has("text") ? turn.get("text") : turn.path("content");
      if (!turn.path("role").isTextual() || !text.isTextual()) {
        throw new RejectedException(Reason.BAD_JSON, expected);
      }
      turns.add(new Turn(turn.get("role").textValue(), text.textValue()));
    }
    return turns;
  }

  private static @Nullable Instant time(ObjectNode object) throws RejectedException {
    JsonNode value = object.get("eventTime");
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.canConvertToLong()) {
      throw new RejectedException(
          Reason.BAD_JSON, "eventTime: expected milliseconds since 1970 as a number");
    }
    return Instant.ofEpochMilli(value.longValue());
  }

  private static Map<String, String> meta(ObjectNode object) throws RejectedException {
    Map<String, String> meta = new HashMap<>();
    JsonNode given = object.get("meta");
    if (given != null && !given.isNull()) {
      if (!given.isObject()) {
        throw new RejectedException(Reason.BAD_JSON, "meta: expected an object");
      }
      given.properties().forEach(member -> meta.put(member.getKey(), member.getValue().toString()));
    }
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!member.getKey().equals("meta") && Pair.SCHEMA$.getField(member.getKey()) == null) {
        meta.putIfAbsent(member.getKey(), member.getValue().toString());
      }
    }
    return meta;
  }
}
