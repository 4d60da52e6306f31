package dev.alluvium.trainer.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small vocabulary learnt from a few paragraphs, for tests of everything that needs tokens. */
final class TinyTokenizer {
  static final List<String> SPECIAL =
      List.of("<|endoftext|>", PromptTemplate.USER, PromptTemplate.ASSISTANT, PromptTemplate.END);

  private static final Path RESOURCES = Path.of("src/test/resources/text");

  private TinyTokenizer() {}

  static JsonNode resource(String name) throws IOException {
    return new ObjectMapper().readTree(Files.readString(RESOURCES.resolve(name)));
  }

  static List<String> paragraphs() throws IOException {
    List<String> texts = new ArrayList<>();
    resource("paragraphs.json").forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  /** Learns 700 tokens into {@code directory/tokenizer.json}. */
  static void write(Path directory, List<String> special) throws IOException {
    new BytePairTrainer(700, special)
        .train(paragraphs().iterator(), directory.resolve("tokenizer.json"));
  }

  static Tokenizer marked(Path directory) throws IOException {
    write(directory, SPECIAL);
    return Tokenizer.load(directory);
  }
}
