package dev.alluvium.trainer.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the JSON files of a model directory say about its text.
 *
 * @param source the tokenizer file
 * @param engineJson the tokenizer file without what we do ourselves: truncation, padding, and the
 *     post-processor that adds special tokens and trims spaces from the offsets
 * @param vocabularySize one more than the largest token id
 * @param specialTokens text to id of the tokens that are no text, those that end answers included
 * @param eosIds ids that end an answer
 * @param eosText the token that ends a text, when the model names one
 * @param bosText the token that the model expects in front of every text, if any
 * @param tokenTexts settings such as {@code bos_token} with the token's text
 * @param chatTemplates the model's own chat templates, by name
 */
record TokenizerFiles(
    Path source,
    String engineJson,
    int vocabularySize,
    Map<String, Integer> specialTokens,
    Set<Integer> eosIds,
    @Nullable String eosText,
    @Nullable String bosText,
    Map<String, String> tokenTexts,
    Map<String, ChatTemplateSource> chatTemplates) {
  /** The one file that a tokenizer cannot do without. */
  static final String ENGINE = "tokenizer.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  static TokenizerFiles read(Path directory) {
    Path source = directory.resolve(ENGINE);
    if (!Files.isRegularFile(source)) {
      String other =
          Files.exists(directory.resolve("tokenizer.model"))
              ? ", only tokenizer.model, which is not read"
              : "";
      throw new TextException(
          "%s has no tokenizer.json%s: load its tokenizer with transformers' AutoTokenizer (use_fast=True) and save it there"
              .formatted(directory, other));
    }
    if (!(json(source) instanceof ObjectNode tokenizer)) {
      throw new TextException(source + " is not a JSON object");
    }
    MergeCheck.check(tokenizer, source);
    JsonNode settings = json(directory.resolve("tokenizer_config.json"));
    Map<String, Integer> added = addedTokens(tokenizer, false);
    String eosText = tokenText(settings.path("eos_token"));
    Set<Integer> eosIds = new LinkedHashSet<>();
    addIds(json(directory.resolve("generation_config.json")).path("eos_token_id"), eosIds);
    addIds(json(directory.resolve("config.json")).path("eos_token_id"), eosIds);
    if (eosText != null && added.containsKey(eosText)) {
      eosIds.add(added.get(eosText));
    }
    Map<String, Integer> specials = addedTokens(tokenizer, true);
    added.forEach(
        (text, id) -> { // whatever its flag says, it ends an answer
          if (eosIds.contains(id)) {
            specials.put(text, id);
          }
        });
    if (eosText == null) {
      eosText = textOf(eosIds, specials);
    }
    String bosText = bosText(tokenizer.path("post_processor"), settings);
    tokenizer.putNull("truncation").putNull("padding").putNull("post_processor");
    return new TokenizerFiles(
        source,
        tokenizer.toString(),
        vocabularySize(tokenizer),
        Map.copyOf(specials),
        Set.copyOf(eosIds),
        eosText,
        bosText,
        tokenTexts(settings, json(directory.resolve("special_tokens_map.json"))),
        ChatTemplateSource.read(directory, settings));
  }

  /** The parsed file, or a missing node when there is none: only tokenizer.json is required. */
  private static JsonNode json(Path file) {
    if (!Files.exists(file)) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new TextException(file + " is not readable JSON: " + e.getMessage(), e);
    }
  }

  private static int vocabularySize(JsonNode tokenizer) {
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    int size = vocabulary.isArray() ? vocabulary.size() : 0; // a list is in the order of the ids
    if (vocabulary.isObject()) {
      for (JsonNode id : vocabulary) {
        size = Math.max(size, id.asInt() + 1);
      }
    }
    for (JsonNode token : tokenizer.path("added_tokens")) {
      size = Math.max(size, token.path("id").asInt() + 1);
    }
    return size;
  }

  private static Map<String, Integer> addedTokens(JsonNode tokenizer, boolean specialOnly) {
    Map<String, Integer> tokens = new LinkedHashMap<>();
    for (JsonNode token : tokenizer.path("added_tokens")) {
      if (token.path("special").asBoolean() || !specialOnly) {
        tokens.put(token.path("content").asText(), token.path("id").asInt());
      }
    }
    return tokens;
  }

  private static Map<String, String> tokenTexts(JsonNode settings, JsonNode map) {
    Map<String, String> texts = new TreeMap<>();
    for (JsonNode file : List.of(map, settings)) { // the settings win
      file.fields()
          .forEachRemaining(
              field -> {
                String text = tokenText(field.getValue());
                if (text != null && field.getKey().endsWith("_token")) {
                  texts.put(field.getKey(), text);
                }
              });
    }
    return Map.copyOf(texts);
  }

  private static void addIds(JsonNode node, Set<Integer> ids) {
    if (node.isInt()) {
      ids.add(node.intValue());
    }
    for (JsonNode element : node) {
      ids.add(element.asInt());
    }
  }

  /** Special tokens are written as a string or as an object with the string in "content". */
  private static @Nullable String tokenText(JsonNode node) {
    String text = node.isObject() ? node.path("content").asText("") : node.asText("");
    return text.isEmpty() || node.isNull() ? null : text;
  }

  private static @Nullable String textOf(Set<Integer> ids, Map<String, Integer> specials) {
    for (int id : ids) {
      for (Map.Entry<String, Integer> special : specials.entrySet()) {
        if (special.getValue() == id) {
          return special.getKey();
        }
      }
    }
    return null;
  }

  /** The token in front: as the settings say, else as the post-processor would add it. */
  private static @Nullable String bosText(JsonNode postProcessor, JsonNode settings) {
    JsonNode wanted = settings.path("add_bos_token");
    if (wanted.isBoolean()) {
      return wanted.booleanValue() ? tokenText(settings.path("bos_token")) : null;
    }
    for (JsonNode processor : postProcessor.path("processors")) {
      String inner = bosText(processor, MissingNode.getInstance());
      if (inner != null) {
        return inner;
      }
    }
    String first = postProcessor.path("single").path(0).path("SpecialToken").path("id").asText("");
    return first.isEmpty() ? null : first;
  }
}
