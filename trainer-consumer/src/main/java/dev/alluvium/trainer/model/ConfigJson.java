package dev.alluvium.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;

/** A JSON object of a model directory, read key by key; a refusal names file, key and value. */
final class ConfigJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String prefix;
  private final JsonNode root;

  private ConfigJson(Path file, String prefix, JsonNode root) {
    this.file = file;
    this.prefix = prefix;
    this.root = root;
  }

  static ConfigJson read(Path file) {
    try {
      JsonNode root = JSON.readTree(file.toFile());
      if (root == null || !root.isObject()) {
        throw new IllegalArgumentException(file + " is not a JSON object");
      }
      return new ConfigJson(file, "", root);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be read: expected a JSON object of a Hugging Face model: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** The object under a key; empty when the key is absent or null. */
  ConfigJson object(String key) {
    JsonNode value = root.path(key);
    if (present(key) && !value.isObject()) {
      throw refused(key, "an object");
    }
    return new ConfigJson(
        file, prefix + key + ".", value.isObject() ? value : JSON.createObjectNode());
  }

  Path file() {
    return file;
  }

  Iterator<String> keys() {
    return root.fieldNames();
  }

  /** Whether the key is there and not null. */
  boolean present(String key) {
    return root.hasNonNull(key);
  }

  boolean isEmpty() {
    return root.isEmpty();
  }

  JsonNode node(String key) {
    return root.path(key);
  }

  int integer(String key) {
    JsonNode value = root.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw refused(key, "a whole number");
    }
    return value.intValue();
  }

  int integer(String key, int otherwise) {
    return present(key) ? integer(key) : otherwise;
  }

  double number(String key) {
    JsonNode value = root.path(key);
    if (!value.isNumber()) {
      throw refused(key, "a number");
    }
    return value.doubleValue();
  }

  double number(String key, double otherwise) {
    return present(key) ? number(key) : otherwise;
  }

  boolean flag(String key) {
    JsonNode value = root.path(key);
    if (present(key) && !value.isBoolean()) {
      throw refused(key, "true or false");
    }
    return value.booleanValue();
  }

  String text(String key, String otherwise) {
    JsonNode value = root.path(key);
    if (present(key) && !value.isTextual()) {
      throw refused(key, "a text");
    }
    return present(key) ? value.textValue() : otherwise;
  }

  /** To be thrown: the value of this key cannot be used. */
  IllegalArgumentException refused(String key, String expected) {
    JsonNode value = root.path(key);
    return new IllegalArgumentException(
        "%s: %s%s is %s: expected %s"
            .formatted(
                file, prefix, key, value.isMissingNode() ? "missing" : shortened(value), expected));
  }

  private static String shortened(JsonNode value) {
    String text = value.toString();
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }
}
