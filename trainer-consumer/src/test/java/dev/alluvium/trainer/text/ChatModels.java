package dev.alluvium.trainer.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Model directories without weights: the shared vocabulary, special tokens and a chat template. */
final class ChatModels {
  static final Path RESOURCES = Path.of("src/test/resources/chat");

  private static final ObjectMapper JSON = new ObjectMapper();

  private ChatModels() {}

  static JsonNode expected() throws IOException {
    return JSON.readTree(Files.readString(RESOURCES.resolve("expected.json")));
  }

  static String template(String name) throws IOException {
    return Files.readString(RESOURCES.resolve("templates").resolve(name + ".jinja"));
  }

  /** Loads a tokenizer whose special tokens follow the shared vocabulary. */
  static Tokenizer load(
      Path directory, List<String> special, Map<String, ?> settings, String template)
      throws IOException {
    Files.createDirectories(directory);
    ObjectNode tokenizer =
        (ObjectNode) JSON.readTree(Files.readString(RESOURCES.resolve("tokenizer.json")));
    int next = tokenizer.path("model").path("vocab").size();
    ArrayNode added = tokenizer.putArray("added_tokens");
    for (String token : special) {
      ObjectNode entry = added.addObject().put("id", next++).put("content", token);
      entry.put("single_word", false).put("lstrip", false).put("rstrip", false);
      entry.put("normalized", false).put("special", true);
    }
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer.toString());
    Files.writeString(
        directory.resolve("tokenizer_config.json"), JSON.valueToTree(settings).toString());
    Files.writeString(directory.resolve("chat_template.jinja"), template);
    return Tokenizer.load(directory);
  }
}
