package dev.alluvium.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizeCommandTest {
  private static final String TINY = "../models/tiny";

  /** As transformers' apply_chat_template gives them for the same turns and this model. */
  private static final String PROMPT_IDS = "[1,202,36,661,224,26,273,224,27,17,3,202,2,202]";

  private static final String ANSWER_IDS = "[735,378,224,20,24,17,3]";

  @TempDir Path directory;

  @Test
  void aPairIsWrittenAsItWouldBeTrained() {
    JsonNode result =
        Cli.run("tokenize", "--model", TINY, "--json", "--response", "It is 15.", "Add 7 and 8.")
            .json();
    assertThat(result.path("text").textValue())
        .isEqualTo("<|user|>\nAdd 7 and 8.<|end|>\n<|assistant|>\nIt is 15.<|end|>");
    assertThat(result.path("ids").toString())
        .isEqualTo(PROMPT_IDS.replace("]", ",") + ANSWER_IDS.substring(1));
    assertThat(result.path("trained").toString())
        .isEqualTo("[0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,1,1,1]");
  }

  @Test
  void messagesWithoutAnAnswerAreAPrompt() throws IOException {
    JsonNode result = messages("[{\"role\":\"user\",\"content\":\"Add 7 and 8.\"}]").json();
    assertThat(result.path("ids").toString()).isEqualTo(PROMPT_IDS);
    assertThat(result.path("trained").toString()).doesNotContain("1");
    assertThat(
            messages(
                    "[{\"role\":\"system\",\"content\":\"Be kind.\"},"
                        + "{\"role\":\"user\",\"content\":\"Hi\"},"
                        + "{\"role\":\"assistant\",\"content\":\"Hello\"}]")
                .json()
                .path("text")
                .textValue())
        .isEqualTo("<|user|>\nBe kind.\n\nHi<|end|>\n<|assistant|>\nHello<|end|>");
  }

  @Test
  void plainTextHasNoTemplate() {
    JsonNode result = Cli.run("tokenize", "--model", TINY, "--json", "--text", "<|end|>").json();
    assertThat(result.toString()).isEqualTo("{\"text\":\"<|end|>\",\"ids\":[3],\"trained\":[0]}");
  }

  @Test
  void templatesAreChosenByNameAndReadVariables() throws IOException {
    Files.copy(Path.of(TINY, "tokenizer.json"), directory.resolve("tokenizer.json"));
    Path more = Files.createDirectory(directory.resolve("additional_chat_templates"));
    Files.writeString(
        more.resolve("loud.jinja"),
        "{{ messages[0].content | upper }}{% if marks is defined %}{{ marks + 1 }}{% endif"
            + " %}");
    Cli.Result result =
        Cli.run(
            "tokenize",
            "--model",
            directory.toString(),
            "--json",
            "--chat-template",
            "loud",
            "--variable",
            "marks=2",
            "Hi");
    assertThat(result.json().path("text").textValue()).isEqualTo("HI3");
    Cli.Result unknown =
        Cli.run("tokenize", "--model", directory.toString(), "--chat-template", "quiet", "Hi");
    assertThat(unknown.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(unknown.err()).contains("no chat template 'quiet'").contains("loud");
  }

  @Test
  void peopleGetATable() {
    Cli.Result result = Cli.run("tokenize", "--model", TINY, "--response", "Yes", "Ok?");
    assertThat(result.out()).contains("trained", "'<|assistant|>'", "'\\n'", "yes");
  }

  @Test
  void refusesWhatItCannotUnderstand() throws IOException {
    assertThat(messages("[{\"role\":\"tool\",\"content\":\"x\"}]").err())
        .contains("role is 'tool': expected system, user or assistant");
    assertThat(messages("[{\"role\":\"system\",\"content\":\"x\"}]").err())
        .contains("ends with a user's");
    assertThat(messages("[{\"role\":\"user\"}]").err()).contains("message 1 is not a text");
    Cli.Result forged = Cli.run("tokenize", "--model", TINY, "--response", "a<|end|>b", "Ok?");
    assertThat(forged.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(forged.err()).contains("RESERVED_TOKEN");
    assertThat(Cli.run("tokenize", "--model", TINY, "--text", "x", "--context", "y").exitCode())
        .isEqualTo(ExitCodes.USAGE);
    assertThat(Cli.run("tokenize", "--model", TINY).exitCode()).isEqualTo(ExitCodes.USAGE);
  }

  private Cli.Result messages(String json) throws IOException {
    Path file = Files.writeString(directory.resolve("messages.json"), json);
    return Cli.run("tokenize", "--model", TINY, "--json", "--messages", file.toString());
  }
}
