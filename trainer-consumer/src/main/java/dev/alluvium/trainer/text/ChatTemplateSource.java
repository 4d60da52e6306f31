package dev.alluvium.trainer.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A chat template as it came with a model.
 *
 * @param place file and, inside it, name
 * @param text the template, in Jinja
 */
public record ChatTemplateSource(String place, String text) {
  /** The name of the template that is used unless another is asked for. */
  static final String DEFAULT = "default";

  private static final String SUFFIX = ".jinja";

  /** The templates of a model directory by name: files of their own before those in settings. */
  static Map<String, ChatTemplateSource> read(Path directory, JsonNode settings) {
    Map<String, ChatTemplateSource> templates = new LinkedHashMap<>();
    Path file = directory.resolve("tokenizer_config.json");
    JsonNode given = settings.path("chat_template");
    if (given.isTextual()) {
      add(templates, DEFAULT, file, given.textValue());
    }
    for (JsonNode named : given) {
      add(templates, named.path("name").asText(), file, named.path("template").asText());
    }
    Path own = directory.resolve("chat_template" + SUFFIX);
    if (Files.exists(own)) {
      templates.put(DEFAULT, new ChatTemplateSource(own.toString(), text(own)));
    }
    for (Path more : files(directory.resolve("additional_chat_templates"))) {
      String name = String.valueOf(more.getFileName());
      templates.put(
          name.substring(0, name.length() - SUFFIX.length()),
          new ChatTemplateSource(more.toString(), text(more)));
    }
    return Map.copyOf(templates);
  }

  private static void add(
      Map<String, ChatTemplateSource> templates, String name, Path file, String text) {
    templates.put(name, new ChatTemplateSource(file + " (chat_template '" + name + "')", text));
  }

  private static List<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      throw new TextException(directory + " cannot be read", e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new TextException(file + " cannot be read", e);
    }
  }
}
