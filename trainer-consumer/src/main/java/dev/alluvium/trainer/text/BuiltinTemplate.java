package dev.alluvium.trainer.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The form for models without a chat template.
 *
 * <p>With the special tokens {@code <|user|>}, {@code <|assistant|>} and {@code <|end|>} in the
 * tokenizer, turns are marked by them; otherwise plain headings are used and the model's
 * end-of-text token ends an answer. System text goes in front of what the user says next.
 */
final class BuiltinTemplate implements PromptTemplate {
  private final Form form;
  private final Set<Integer> stopIds;

  /** The strings that differ between the two forms. */
  private record Form(
      String start, String user, String context, String assistant, String end, String turnBreak) {}

  private BuiltinTemplate(Form form, Set<Integer> stopIds) {
    this.form = form;
    this.stopIds = Set.copyOf(stopIds);
  }

  /**
   * The form that fits the tokenizer.
   *
   * @throws TextException when the tokenizer has neither the markers nor an end-of-text token
   */
  static BuiltinTemplate forTokenizer(Tokenizer tokenizer) {
    String start = tokenizer.bosText().orElse("");
    Set<Integer> stops = new TreeSet<>(tokenizer.eosIds());
    if (isMarked(tokenizer)) {
      stops.add(tokenizer.specialId(END).getAsInt());
      return new BuiltinTemplate(
          new Form(start, USER + "\n", "\n\n", END + "\n" + ASSISTANT + "\n", END, "\n"), stops);
    }
    String end =
        tokenizer
            .eosText()
            .orElseThrow(
                () ->
                    new TextException(
                        "the tokenizer has neither <|user|>, <|assistant|>, <|end|> nor an"
                            + " eos_token: name one in tokenizer_config.json"));
    return new BuiltinTemplate(
        new Form(start, "Instruction:\n", "\n\nContext:\n", "\n\nResponse:\n", end, "\n\n"), stops);
  }

  /** Whether the tokenizer has the special tokens of the marked form. */
  static boolean isMarked(Tokenizer tokenizer) {
    return tokenizer.specialId(USER).isPresent()
        && tokenizer.specialId(ASSISTANT).isPresent()
        && tokenizer.specialId(END).isPresent();
  }

  @Override
  public String prompt(Conversation conversation) {
    StringBuilder text = new StringBuilder(form.start());
    List<String> asked = new ArrayList<>();
    for (Turn turn : conversation.history()) {
      if (turn.role() != Turn.Role.ASSISTANT) {
        asked.add(turn.text());
        continue;
      }
      text.append(form.user()).append(String.join("\n\n", asked));
      text.append(form.assistant()).append(turn.text());
      text.append(form.end()).append(form.turnBreak());
      asked.clear();
    }
    asked.add(conversation.instruction());
    text.append(form.user()).append(String.join("\n\n", asked));
    String context = conversation.context();
    if (context != null && !context.isEmpty()) {
      text.append(form.context()).append(context);
    }
    return text.append(form.assistant()).toString();
  }

  @Override
  public RenderedExample example(Conversation conversation, String response) {
    String prompt = prompt(conversation);
    int end = prompt.length() + response.length();
    return new RenderedExample(prompt + response + form.end(), prompt.length(), end);
  }

  @Override
  public Set<Integer> stopIds() {
    return stopIds;
  }

  @Override
  public String id() {
    return ShortDigest.of(form.toString());
  }
}
