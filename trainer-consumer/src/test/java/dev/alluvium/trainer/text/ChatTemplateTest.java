package dev.alluvium.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
  private static final Instant NOW = Instant.parse("2031-02-03T04:05:06Z");
  private static final String TURNS =
      "{% for m in messages %}{{ m.role ~ ' ' ~ m.content ~ '<|end|>' }}{% endfor %}";

  @TempDir Path directory;

  private Tokenizer load(String template) throws IOException {
    return ChatModels.load(
        directory,
        List.of("<|end|>", "<|eos|>", "<|pad|>"),
        Map.of("eos_token", "<|eos|>", "pad_token", Map.of("content", "<|pad|>")),
        template);
  }

  private static ChatTemplate own(Tokenizer tokenizer, Map<String, ?> variables) {
    return ChatTemplate.load(
        tokenizer, tokenizer.chatTemplates().get("default"), variables, InstantSource.fixed(NOW));
  }

  @Test
  void theShippedFormAndTheBuiltinFormAreTheSame(@TempDir Path folder) throws IOException {
    try (Tokenizer tokenizer =
        ChatModels.load(
            folder,
            List.of("<|user|>", "<|assistant|>", "<|end|>"),
            Map.of(),
            PromptTemplate.JINJA)) {
      ChatTemplate jinja = own(tokenizer, Map.of());
      PromptTemplate builtin =
          PromptTemplate.choose(tokenizer, TemplateChoice.of(TemplateChoice.BUILTIN));
      assertThat(PromptTemplate.forTokenizer(tokenizer)).isInstanceOf(BuiltinTemplate.class);
      Turn rule = new Turn(Turn.Role.SYSTEM, "Be kind.");
      Turn asked = new Turn(Turn.Role.USER, " Hi\n");
      Turn said = new Turn(Turn.Role.ASSISTANT, "Hello 🙂");
      for (List<Turn> history :
          List.of(
              List.<Turn>of(), List.of(asked, said), List.of(rule, asked, said), List.of(rule))) {
        for (String context : List.of("", "A 'hole'.")) {
          Conversation conversation = new Conversation(history, "Who?", context, null);
          assertThat(jinja.prompt(conversation)).isEqualTo(builtin.prompt(conversation));
          assertThat(jinja.example(conversation, "Alice"))
              .isEqualTo(builtin.example(conversation, "Alice"));
        }
      }
      assertThat(jinja.stopIds()).isEqualTo(builtin.stopIds());
    }
  }

  @Test
  void generationStopsAtTheEndOfTheTurnAndOfTheText() throws IOException {
    try (Tokenizer tokenizer = load(TURNS)) {
      assertThat(own(tokenizer, Map.of()).stopIds())
          .containsExactlyInAnyOrder(
              tokenizer.specialId("<|end|>").getAsInt(), tokenizer.specialId("<|eos|>").getAsInt());
    }
  }

  @Test
  void templatesReadSpecialTokensVariablesAndTheTime() throws IOException {
    try (Tokenizer tokenizer =
        load(
            "{{ eos_token ~ pad_token ~ (bos_token is defined) ~ thinking ~ strftime_now('%Y') }}"
                + TURNS)) {
      ChatTemplate template = own(tokenizer, Map.of("thinking", false));
      assertThat(template.prompt(Conversation.of("Hi")))
          .isEqualTo("<|eos|><|pad|>FalseFalse2031user Hi<|end|>");
      assertThat(
              template.prompt(
                  new Conversation(List.of(), "Hi", null, Instant.parse("1999-12-31T23:59:59Z"))))
          .isEqualTo("<|eos|><|pad|>FalseFalse1999user Hi<|end|>");
      assertThat(template.id())
          .hasSize(12)
          .isEqualTo(own(tokenizer, Map.of("thinking", false)).id())
          .isNotEqualTo(own(tokenizer, Map.of("thinking", true)).id());
    }
  }

  @Test
  void aNamedTemplateIsUsedWhenItIsAskedFor() throws IOException {
    Path more = Files.createDirectories(directory.resolve("additional_chat_templates"));
    Files.writeString(more.resolve("rag.jinja"), "rag " + TURNS);
    try (Tokenizer tokenizer = load(TURNS)) {
      assertThat(PromptTemplate.forTokenizer(tokenizer).prompt(Conversation.of("Hi")))
          .isEqualTo("user Hi<|end|>");
      assertThat(
              PromptTemplate.choose(tokenizer, TemplateChoice.of("rag"))
                  .prompt(Conversation.of("Hi")))
          .isEqualTo("rag user Hi<|end|>");
      assertThatThrownBy(() -> PromptTemplate.choose(tokenizer, TemplateChoice.of("tools")))
          .isInstanceOf(TextException.class)
          .hasMessageContaining("no chat template 'tools'")
          .hasMessageContaining("rag");
    }
  }

  @Test
  void findsNamedTemplatesInTheSettings() throws IOException {
    load(TURNS).close();
    Files.delete(directory.resolve("chat_template.jinja"));
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        new ObjectMapper()
            .writeValueAsString(
                Map.of(
                    "chat_template",
                    List.of(
                        Map.of("name", "rag", "template", "rag"),
                        Map.of("name", "default", "template", "{% if %}")))));
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(tokenizer.chatTemplates()).containsOnlyKeys("rag", "default");
      assertThatThrownBy(() -> PromptTemplate.forTokenizer(tokenizer))
          .isInstanceOf(TextException.class)
          .hasMessageContaining("tokenizer_config.json (chat_template 'default') line 1: ");
    }
  }

  @Test
  void textThatSpellsAnEndOfTextIsRefusedWhateverItsFlagSays() throws IOException {
    load(TURNS).close();
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(
        file, Files.readString(file).replace("\"special\":true", "\"special\":false"));
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(tokenizer.reservedIn("a <|eos|> b")).contains("<|eos|>");
      assertThat(tokenizer.reservedIn("a <|pad|> b")).isEmpty();
    }
  }
}
