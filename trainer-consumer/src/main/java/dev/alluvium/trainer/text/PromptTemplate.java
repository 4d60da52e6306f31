package dev.alluvium.trainer.text;

import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.LoggerFactory;

/**
 * Writes a conversation as the text that a model reads: in the form of its own chat template or, if
 * it has none, in the built-in form.
 */
public sealed interface PromptTemplate permits BuiltinTemplate, ChatTemplate {
  /** The choice of the model's own template if it has one, else of the built-in form. */
  String MODEL = "model";

  /** The choice of the built-in form. */
  String BUILTIN = "builtin";

  /** The special tokens of the built-in form. */
  String USER = "<|user|>";

  String ASSISTANT = "<|assistant|>";
  String END = "<|end|>";

  /** The built-in form in the language of Hugging Face chat templates. */
  String JINJA =
      "{% for message in messages %}"
          + "{% if message['role'] == 'user' %}"
          + "{{ '<|user|>\\n' + message['content'] + '<|end|>\\n' }}"
          + "{% elif message['role'] == 'assistant' %}"
          + "{{ '<|assistant|>\\n' + message['content'] + '<|end|>' }}"
          + "{% if not loop.last %}{{ '\\n' }}{% endif %}"
          + "{% endif %}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}";

  /**
   * The model's own template if it has one, else the built-in form.
   *
   * @throws TextException when the template cannot be read
   */
  static PromptTemplate forTokenizer(Tokenizer tokenizer) {
    return choose(tokenizer, MODEL, Map.of());
  }

  /**
   * The chosen template.
   *
   * @param choice {@link #MODEL}, {@link #BUILTIN}, or the name of one of the model's templates
   * @param variables what the template may read besides the messages, such as {@code
   *     enable_thinking}
   * @throws TextException when there is no such template or it cannot be read
   */
  static PromptTemplate choose(Tokenizer tokenizer, String choice, Map<String, ?> variables) {
    Map<String, ChatTemplateSource> templates = tokenizer.chatTemplates();
    if (choice.equals(BUILTIN) || (choice.equals(MODEL) && templates.isEmpty())) {
      return BuiltinTemplate.forTokenizer(tokenizer);
    }
    String name = choice.equals(MODEL) ? ChatTemplateSource.DEFAULT : choice;
    ChatTemplateSource source = templates.get(name);
    if (source == null) {
      throw new TextException(
          "the model has no chat template '%s', only %s: choose one of these, or %s"
              .formatted(name, new TreeSet<>(templates.keySet()), BUILTIN));
    }
    if (source.text().strip().equals(JINJA) && BuiltinTemplate.isMarked(tokenizer)) {
      return BuiltinTemplate.forTokenizer(tokenizer); // the same text without an interpreter
    }
    ChatTemplate template = ChatTemplate.load(tokenizer, source, variables, InstantSource.system());
    LoggerFactory.getLogger(PromptTemplate.class)
        .debug("turns are written by {} (digest {})", source.place(), template.id());
    return template;
  }

  /**
   * The text up to the first character of the answer.
   *
   * @throws TextException when the template refuses the conversation
   */
  String prompt(Conversation conversation);

  /**
   * The text with the answer.
   *
   * @throws TextException when the template refuses the conversation, or does not begin it as it
   *     begins the prompt
   */
  RenderedExample example(Conversation conversation, String response);

  /** Ids after which generation stops. */
  Set<Integer> stopIds();

  /** Short digest: equal ids write equal prompts. */
  String id();
}
