package dev.alluvium.trainer.text;

import dev.alluvium.trainer.text.RefusedText.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Turns a pair into an example: the whole text is tokenized once, so that the ids are those the
 * model would read, and the positions of the answer and its end are marked as trained.
 */
public final class ExampleTokenizer {
  private final Tokenizer tokenizer;
  private final PromptTemplate template;
  private final int maxTokens;

  /**
   * @param maxTokens longest example, in tokens, the end token included
   * @throws TextException when nothing can be trained in the form of this template
   */
  public ExampleTokenizer(Tokenizer tokenizer, PromptTemplate template, int maxTokens) {
    if (maxTokens < 2) {
      throw new IllegalArgumentException("maxTokens is " + maxTokens + ": expected 2 or more");
    }
    this.tokenizer = tokenizer;
    this.template = template;
    this.maxTokens = maxTokens;
    if (tokenize(Conversation.of("Ok?"), "Yes.") instanceof RefusedText refused
        && refused.reason() == Reason.TEMPLATE) {
      throw new TextException(
          "the model cannot be trained in the form of its chat template: "
              + refused.detail()
              + "; choose another template, or "
              + TemplateChoice.BUILTIN);
    }
  }

  /**
   * Tokenizes prompt, response and end in one go.
   *
   * <p>Trained is what the model writes itself, from where the prompt ends to the token that ends
   * the turn. A token that begins in the prompt counts as prompt even if it reaches into the
   * response: it would be read, not predicted, when the model answers. What the template writes
   * after the turn is not trained.
   */
  public Tokenization tokenize(Conversation conversation, String response) {
    if (response.isBlank()) {
      return new RefusedText(Reason.EMPTY_RESPONSE, "the response is blank");
    }
    Optional<RefusedText> refused = check(conversation, List.of(response));
    if (refused.isPresent()) {
      return refused.get();
    }
    RenderedExample rendered;
    try {
      rendered = template.example(conversation, response);
    } catch (TextException e) {
      return new RefusedText(Reason.TEMPLATE, String.valueOf(e.getMessage()));
    }
    EncodedText encoded = tokenizer.encodeWithOffsets(rendered.text());
    OptionalInt end = tokenizer.turnEndBeyond(encoded, rendered.answerEnd());
    if (end.isEmpty()) {
      return new RefusedText(
          Reason.TEMPLATE, "no special token ends the answer: its end could not be learnt");
    }
    if (encoded.length() > maxTokens) {
      return new RefusedText(
          Reason.TOO_LONG,
          String.format(Locale.ROOT, "%d tokens, the limit is %d", encoded.length(), maxTokens));
    }
    boolean[] trained = new boolean[encoded.length()];
    for (int i = 1; i <= end.getAsInt(); i++) {
      trained[i] = encoded.begin(i) >= rendered.answerBegin() && encoded.end(i) > encoded.begin(i);
    }
    return new TokenizedExample(encoded.ids(), trained);
  }

  /**
   * The prompt with an answer in the ids that the model itself wrote, all of which are trained. The
   * same text may have other ids; these are the ones it would write again.
   *
   * @param written what it wrote, the token that ends the turn included
   */
  public Tokenization tokenize(Conversation conversation, List<Integer> written) {
    int[] prompt;
    try {
      prompt = prompt(conversation);
    } catch (TextException e) {
      return new RefusedText(Reason.TEMPLATE, String.valueOf(e.getMessage()));
    }
    int length = prompt.length + written.size();
    if (length > maxTokens) {
      return new RefusedText(
          Reason.TOO_LONG,
          String.format(Locale.ROOT, "%d tokens, the limit is %d", length, maxTokens));
    }
    int[] ids = Arrays.copyOf(prompt, length);
    boolean[] trained = new boolean[length];
    for (int i = 0; i < written.size(); i++) {
      ids[prompt.length + i] = written.get(i);
      trained[prompt.length + i] = true;
    }
    return new TokenizedExample(ids, trained);
  }

  /** The longest example, prompt and response together. */
  public int maxTokens() {
    return maxTokens;
  }

  /** Whether ids that a tokenizer of this digest wrote mean the same here, and end a turn. */
  public boolean understands(@Nullable String digest, List<Integer> written) {
    return tokenizer.digest().equals(digest)
        && !written.isEmpty()
        && written.stream().allMatch(id -> id >= 0 && id < tokenizer.vocabularySize())
        && template.stopIds().contains(written.get(written.size() - 1));
  }

  /**
   * The ids a model reads before it answers, as they stand in front of the answer in training.
   *
   * @throws TextException when a text cannot be asked or the template refuses the conversation
   */
  public int[] prompt(Conversation conversation) {
    check(conversation, List.of())
        .ifPresent(
            refused -> {
              throw new TextException(refused.detail());
            });
    return tokenizer.encode(template.prompt(conversation));
  }

  private Optional<RefusedText> check(Conversation conversation, List<String> responses) {
    List<String> texts = new ArrayList<>(responses);
    texts.add(conversation.instruction());
    if (conversation.context() != null) {
      texts.add(conversation.context());
    }
    for (Turn turn : conversation.history()) {
      texts.add(turn.text());
    }
    for (String text : texts) {
      if (!Tokenizer.isWellFormed(text)) {
        return Optional.of(new RefusedText(Reason.NOT_UNICODE, "half a surrogate pair"));
      }
      Optional<String> reserved = tokenizer.reservedIn(text);
      if (reserved.isPresent()) {
        return Optional.of(
            new RefusedText(Reason.RESERVED_TOKEN, "the text contains " + reserved.get()));
      }
    }
    return Optional.empty();
  }
}
