package dev.alluvium.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts and ids are those of transformers, see {@code parity/make_chat_fixtures.py}. */
class ChatTemplateParityTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<String> templates() throws IOException {
    List<String> names = new ArrayList<>();
    ChatModels.expected().path("templates").fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("templates")
  void writesWhatTransformersWrites(String name, @TempDir Path directory) throws IOException {
    JsonNode expected = ChatModels.expected();
    Instant time = Instant.parse(expected.path("time").textValue());
    JsonNode model = expected.path("templates").path(name);
    List<String> special = JSON.convertValue(model.path("special"), List.class);
    Map<String, ?> settings = JSON.convertValue(model.path("settings"), Map.class);
    try (Tokenizer tokenizer =
        ChatModels.load(directory, special, settings, ChatModels.template(name))) {
      PromptTemplate template = PromptTemplate.forTokenizer(tokenizer);
      for (JsonNode example : model.path("cases")) {
        String text = write(template, example.path("turns"), time);
        assertThat(text).isEqualTo(example.path("text").textValue());
        assertThat(tokenizer.encode(text)).containsExactly(ids(example.path("ids")));
      }
    }
  }

  /** A conversation that ends with an answer as an example, another as a prompt. */
  private static String write(PromptTemplate template, JsonNode given, Instant time) {
    List<Turn> turns = new ArrayList<>();
    for (JsonNode turn : given) {
      String role = turn.path(0).textValue().toUpperCase(Locale.ROOT);
      turns.add(new Turn(Turn.Role.valueOf(role), turn.path(1).textValue()));
    }
    Turn last = turns.remove(turns.size() - 1);
    if (last.role() == Turn.Role.USER) {
      return template.prompt(new Conversation(turns, last.text(), null, time));
    }
    Turn question = turns.remove(turns.size() - 1);
    return template
        .example(new Conversation(turns, question.text(), null, time), last.text())
        .text();
  }

  private static int[] ids(JsonNode list) {
    return JSON.convertValue(list, int[].class);
  }

  @Test
  void coversEnoughForms() throws IOException {
    assertThat(templates()).hasSizeGreaterThanOrEqualTo(12);
  }
}
