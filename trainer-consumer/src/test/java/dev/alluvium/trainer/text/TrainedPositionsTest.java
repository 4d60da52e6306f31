package dev.alluvium.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.text.RefusedText.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which tokens are trained, worked out by hand: what stands between the brackets, no more. */
class TrainedPositionsTest {
  private static final List<String> SPECIAL =
      List.of(
          "<s>",
          "</s>",
          "<|im_start|>",
          "<|im_end|>",
          "<|begin_of_text|>",
          "<|start_header_id|>",
          "<|end_header_id|>",
          "<|eot_id|>",
          "<start_of_turn>",
          "<end_of_turn>",
          "<|user|>",
          "<|assistant|>",
          "<|end|>");
  private static final Map<String, String> NAMES = Map.of("bos_token", "<s>", "eos_token", "</s>");

  private static final String SAID =
      "{% for m in messages %}{{ m.role ~ ': ' ~ m.content ~ eos_token }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}";

  @TempDir Path directory;

  private static Turn system(String text) {
    return new Turn(Turn.Role.SYSTEM, text);
  }

  private static Turn user(String text) {
    return new Turn(Turn.Role.USER, text);
  }

  private static Turn assistant(String text) {
    return new Turn(Turn.Role.ASSISTANT, text);
  }

  private static Conversation asked(
      List<Turn> history, String instruction, @Nullable String about) {
    return new Conversation(history, instruction, about, Instant.parse("2026-03-04T05:06:07Z"));
  }

  private static Arguments row(
      String what, String template, Conversation asked, String response, String expected) {
    return Arguments.argumentSet(what, template, asked, response, expected);
  }

  static Stream<Arguments> table() throws IOException {
    Conversation hi = asked(List.of(), "Hi", null);
    Conversation again =
        asked(
            List.of(user("Hi"), assistant("Hello"), user("Why?"), assistant("So.")), "And?", null);
    Conversation ruled = asked(List.of(system("Be kind.")), "Hi", null);
    return Stream.of(
        row(
            "ChatML: the line break after the turn is not trained",
            ChatModels.template("chatml"),
            hi,
            "Yes.",
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n[Yes.<|im_end|>]\n"),
        row(
            "ChatML: earlier answers are not trained",
            ChatModels.template("chatml"),
            again,
            "Then",
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n"
                + "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\nSo.<|im_end|>\n"
                + "<|im_start|>user\nAnd?<|im_end|>\n<|im_start|>assistant\n[Then<|im_end|>]\n"),
        row(
            "ChatML: system, history and context together",
            ChatModels.template("chatml"),
            asked(List.of(system("Be kind."), user("Hi"), assistant("Hello")), "Who?", "A hole."),
            "Alice",
            "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
                + "<|im_start|>assistant\nHello<|im_end|>\n"
                + "<|im_start|>user\nWho?\n\nA hole.<|im_end|>\n"
                + "<|im_start|>assistant\n[Alice<|im_end|>]\n"),
        row(
            "Llama 3: the date is the record's",
            ChatModels.template("llama3.1"),
            ruled,
            "Yes.",
            "<s><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023"
                + "\nToday Date: 04 Mar 2026\n\nBe kind.<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n[Yes.<|eot_id|>]"),
        row(
            "Llama 2: no generation prompt, the space before the answer is the model's",
            ChatModels.template("llama2"),
            asked(List.of(system("Be kind."), user("Hi"), assistant("Hello")), "Why?", null),
            "So.",
            "<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nHi [/INST] Hello </s>"
                + "<s>[INST] Why? [/INST][ So. </s>]"),
        row(
            "Gemma: trims; system text goes to the user",
            ChatModels.template("gemma"),
            ruled,
            " Yes. \n",
            "<s><start_of_turn>user\nBe kind.\n\nHi<end_of_turn>\n"
                + "<start_of_turn>model\n[Yes.<end_of_turn>]\n"),
        row(
            "Phi 3: the end of text after the end of the turn is not trained",
            ChatModels.template("phi3"),
            hi,
            "Yes.",
            "<|user|>\nHi<|end|>\n<|assistant|>\n[Yes.<|end|>]\n</s>"),
        row(
            "Qwen 3: the empty thought is what the model has to write",
            ChatModels.template("qwen3"),
            hi,
            "Yes.",
            "<|im_start|>user\nHi<|im_end|>\n"
                + "<|im_start|>assistant\n[<think>\n\n</think>\n\nYes.<|im_end|>]\n"),
        row(
            "Mistral: the space after the end is not trained",
            ChatModels.template("mistral-v1"),
            again,
            "Then",
            "<s>[INST] Hi [/INST]Hello</s> [INST] Why? [/INST]So.</s> [INST] And? [/INST]"
                + "[Then</s>] "),
        row(
            "an answer that repeats the heading in front of it",
            ChatModels.template("chatml"),
            hi,
            "assistant",
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n[assistant<|im_end|>]\n"),
        row(
            "' the' begins in the prompt: it is read, not written",
            SAID,
            hi,
            "the hat",
            "user: Hi</s>assistant: the[ hat</s>]"),
        row("the seam between two tokens", SAID, hi, "42", "user: Hi</s>assistant: [42</s>]"));
  }

  @ParameterizedTest
  @MethodSource("table")
  void trainsWhatTheModelWritesItself(
      String template, Conversation asked, String response, String expected) throws IOException {
    try (Tokenizer tokenizer = ChatModels.load(directory, SPECIAL, NAMES, template)) {
      Tokenization made = examples(tokenizer).tokenize(asked, response);
      assertThat(made).isInstanceOf(TokenizedExample.class);
      assertThat(marked((TokenizedExample) made, tokenizer)).isEqualTo(expected);
    }
  }

  /** The text with brackets around each run of trained tokens. */
  private static String marked(TokenizedExample example, Tokenizer tokenizer) {
    StringBuilder text = new StringBuilder();
    List<Integer> run = new ArrayList<>();
    for (int i = 0; i < example.length(); i++) {
      run.add(example.id(i));
      boolean last = i == example.length() - 1;
      if (last || example.trained(i + 1) != example.trained(i)) {
        String words = tokenizer.decode(run.stream().mapToInt(Integer::intValue).toArray());
        text.append(example.trained(i) ? "[" + words + "]" : words);
        run.clear();
      }
    }
    return text.toString();
  }

  private static ExampleTokenizer examples(Tokenizer tokenizer) {
    return new ExampleTokenizer(tokenizer, PromptTemplate.forTokenizer(tokenizer), 500);
  }

  @Test
  void refusesATemplateThatWritesAnswersUnlikePrompts() throws IOException {
    String thinking =
        "{% for m in messages %}{{ '<|im_start|>' ~ m.role ~ ' ' ~ m.content ~ '<|im_end|>' }}"
            + "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant <think>{% endif %}";
    try (Tokenizer tokenizer = ChatModels.load(directory, SPECIAL, NAMES, thinking)) {
      assertThatThrownBy(() -> examples(tokenizer))
          .isInstanceOf(TextException.class)
          .hasMessageContaining("chat_template.jinja does not begin a conversation with its answer")
          .hasMessageContaining("they differ after 52 of 59 characters")
          .hasMessageEndingWith("choose another template, or builtin");
      assertThat(PromptTemplate.forTokenizer(tokenizer).prompt(Conversation.of("Hi")))
          .as("it can still be asked")
          .isEqualTo("<|im_start|>user Hi<|im_end|><|im_start|>assistant <think>");
    }
  }

  @Test
  void refusesATemplateWithoutAnEndOfTheTurn() throws IOException {
    String endless = SAID.replace("eos_token", "'\\n'");
    try (Tokenizer tokenizer = ChatModels.load(directory, SPECIAL, NAMES, endless)) {
      assertThatThrownBy(() -> examples(tokenizer))
          .isInstanceOf(TextException.class)
          .hasMessageContaining("no special token ends the answer");
    }
  }

  @Test
  void refusesTheExampleThatTheTemplateRefuses() throws IOException {
    try (Tokenizer tokenizer =
        ChatModels.load(directory, SPECIAL, NAMES, ChatModels.template("gemma"))) {
      Conversation asked = asked(List.of(assistant("Hello")), "Hi", null);
      RefusedText refused = (RefusedText) examples(tokenizer).tokenize(asked, "Yes.");
      assertThat(refused.reason()).isEqualTo(Reason.TEMPLATE);
      assertThat(refused.detail())
          .endsWith("chat_template.jinja line 1: Conversation roles must alternate");
    }
  }
}
