package dev.alluvium.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A YAML file as flat keys: nested maps joined by dots, in the order of the file. */
final class YamlFile {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // s3ft.mode: off is a word, as in YAML 1.2.
          .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
          // As doubles, 0.0005 would come back as 5.0E-4.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private YamlFile() {}

  /**
   * Reads a file.
   *
   * @throws SettingsException when it is missing or no YAML map
   */
  static Map<String, String> read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file, UTF_8));
    } catch (NoSuchFileException e) {
      throw new SettingsException(List.of(file + ": no such file"));
    } catch (IOException e) {
      throw new SettingsException(List.of(file + ": cannot be read: " + e.getMessage()));
    }
  }

  /**
   * Reads a text.
   *
   * @param name for messages
   * @throws SettingsException when it is no YAML map
   */
  static Map<String, String> parse(String name, String text) {
    JsonNode root;
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      root = documents.hasNextValue() ? documents.nextValue() : MissingNode.getInstance();
      if (documents.hasNextValue()) {
        throw new SettingsException(
            List.of(name + ": holds more than one document (---): expected one"));
      }
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
      throw new SettingsException(
          List.of("%s%s: not YAML: %s".formatted(name, where, problem(e.getOriginalMessage()))));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a text has been read already
    }
    Map<String, String> values = new LinkedHashMap<>();
    if (root.isMissingNode() || root.isNull()) {
      return values;
    }
    if (!root.isObject()) {
      throw new SettingsException(List.of(name + ": expected a map of keys at the top"));
    }
    flatten(name, "", root, values);
    return values;
  }

  /** What the parser says, without the lines of the file that it quotes: secrets stand in them. */
  private static String problem(String said) {
    return said.lines().filter(line -> !line.startsWith(" ")).collect(Collectors.joining(", "));
  }

  private static void flatten(
      String name, String prefix, JsonNode node, Map<String, String> values) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String key = prefix + member.getKey();
      JsonNode value = member.getValue();
      if (value.isObject()) {
        flatten(name, key + ".", value, values);
      } else if (value.isArray()) {
        throw new SettingsException(
            List.of("%s: %s is a list: expected one value or a map".formatted(name, key)));
      } else if (values.put(key, value.isNull() ? "" : value.asText()) != null) {
        throw new SettingsException(List.of("%s: %s is given twice".formatted(name, key)));
      }
    }
  }
}
