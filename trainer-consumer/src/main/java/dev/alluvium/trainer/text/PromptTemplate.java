package dev.alluvium.trainer.text;

import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a conversation as the text that a model reads, up to where its answer begins.
 *
 * <p>Two forms. With the special tokens {@code <|user|>}, {@code <|assistant|>} and {@code <|end|>}
 * in the tokenizer, turns are marked by them; otherwise plain headings are used and the model's
 * end-of-text token ends an answer.
 */
public final class PromptTemplate {
  /** The marker form in the language of Hugging Face chat templates. */
  public static final String JINJA =
      "{% for message in messages %}"
          + "{% if message['role'] == 'user' %}"
          + "{{ '<|user|>\\n' + message['content'] + '<|end|>\\n' }}"
          + "{% elif message['role'] == 'assistant' %}"
          + "{{ '<|assistant|>\\n' + message['content'] + '<|end|>' }}"
          + "{% if not loop.last %}{{ '\\n' }}{% endif %}"
          + "{% endif %}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}";

  /** The special tokens of the marker form. */
  public static final String USER = "<|user|>";

  public static final String ASSISTANT = "<|assistant|>";
  public static final String END = "<|end|>";

  private static final Logger LOG = LoggerFactory.getLogger(PromptTemplate.class);

  private final Form form;
  private final Set<Integer> stopIds;

  /** The strings that differ between the two forms. */
  private record Form(
      String start, String user, String context, String assistant, String end, String turnBreak) {
    Form {
      if (end.isEmpty()) {
        throw new IllegalArgumentException("a turn must have an end that can be trained");
      }
    }
  }

  private PromptTemplate(Form form, Set<Integer> stopIds) {
    this.form = form;
    this.stopIds = Set.copyOf(stopIds);
  }

  /**
   * The form that fits the tokenizer; warns when the model came with another template, because its
   * answers are best when asked the way it was taught.
   *
   * @throws TextException when the tokenizer has neither the markers nor an end-of-text token
   */
  public static PromptTemplate forTokenizer(Tokenizer tokenizer) {
    tokenizer
        .chatTemplate()
        .filter(own -> !own.strip().equals(JINJA))
        .ifPresent(
            own ->
                LOG.warn(
                    "the model's own chat template (digest {}) is not used: turns are written in"
                        + " the built-in form",
                    ShortDigest.of(own)));
    boolean marked =
        tokenizer.specialId(USER).isPresent()
            && tokenizer.specialId(ASSISTANT).isPresent()
            && tokenizer.specialId(END).isPresent();
    String start = tokenizer.bosText().orElse("");
    Set<Integer> stops = new TreeSet<>(tokenizer.eosIds());
    if (marked) {
      stops.add(tokenizer.specialId(END).getAsInt());
      return new PromptTemplate(
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
    return new PromptTemplate(
        new Form(start, "Instruction:\n", "\n\nContext:\n", "\n\nResponse:\n", end, "\n\n"), stops);
  }

  /** The text up to the first character of the answer. */
  public String prompt(Conversation conversation) {
    StringBuilder text = new StringBuilder(form.start());
    for (Turn turn : conversation.history()) {
      text.append(form.user()).append(turn.user());
      text.append(form.assistant()).append(turn.assistant());
      text.append(form.end()).append(form.turnBreak());
    }
    text.append(form.user()).append(conversation.instruction());
    String context = conversation.context();
    if (context != null && !context.isEmpty()) {
      text.append(form.context()).append(context);
    }
    return text.append(form.assistant()).toString();
  }

  /** The token that ends an answer, as text; it is trained like the answer. */
  public String end() {
    return form.end();
  }

  /** Ids after which generation stops. */
  public Set<Integer> stopIds() {
    return stopIds;
  }

  /** Short digest of the form: equal ids write equal prompts. */
  public String id() {
    return ShortDigest.of(form.toString());
  }
}
