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
    return choose(tokenizer, TemplateChoice.of(TemplateChoice.MODEL));
  }

  /**
   * The chosen template.
   *
   * @throws TextException when there is no such template or it cannot be read
   */
  static PromptTemplate choose(Tokenizer tokenizer, TemplateChoice choice) {
    Map<String, ChatTemplateSource> templates = tokenizer.chatTemplates();
    boolean own = choice.name().equals(TemplateChoice.MODEL);
    if (choice.name().equals(TemplateChoice.BUILTIN) || (own && templates.isEmpty())) {
      return builtin(tokenizer, choice);
    }
    String name = own ? ChatTemplateSource.DEFAULT : choice.name();
    ChatTemplateSource source = templates.get(name);
    if (source == null) {
      throw new TextException(
          "the model has no chat template '%s', only %s: choose one of these, or %s"
              .formatted(name, new TreeSet<>(templates.keySet()), TemplateChoice.BUILTIN));
    }
    if (source.text().strip().equals(JINJA) && BuiltinTemplate.isMarked(tokenizer)) {
      return builtin(tokenizer, choice); // the same text without an interpreter
    }
    ChatTemplate template =
        ChatTemplate.load(tokenizer, source, choice.variables(), InstantSource.system());
    LoggerFactory.getLogger(PromptTemplate.class)
        .debug("turns are written by {} (digest {})", source.place(), template.id());
    return template;
  }

  private static PromptTemplate builtin(Tokenizer tokenizer, TemplateChoice choice) {
    if (!choice.variables().isEmpty()) {
      throw new TextException(
          "turns are written in the built-in form, which reads no variables: it was given %s"
              .formatted(new TreeSet<>(choice.variables().keySet())));
    }
    return BuiltinTemplate.forTokenizer(tokenizer);
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
