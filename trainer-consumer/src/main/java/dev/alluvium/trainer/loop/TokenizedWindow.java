package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.trainer.checkpoint.LeftBehind;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.RefusedText;
import dev.alluvium.trainer.text.Tokenization;
import dev.alluvium.trainer.text.TokenizedExample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A window as token ids.
 *
 * @param examples what the model can take, in window order
 * @param sources what each was made of
 * @param tokens trained tokens by skill
 * @param refused what it cannot take, or must not, and why
 */
record TokenizedWindow(
    List<TokenizedExample> examples,
    List<Example> sources,
    Map<String, Long> tokens,
    List<Refused> refused) {

  /** An example that is not trained. */
  record Refused(Example example, RefusedText why) {}

  /**
   * Tokenizes a window.
   *
   * @param erased places in it of examples whose pairs were erased
   */
  static TokenizedWindow of(
      Window window, ExampleTokenizer tokenizer, List<LeftBehind> leftBehind, Set<Integer> erased) {
    List<TokenizedExample> examples = new ArrayList<>();
    List<Example> sources = new ArrayList<>();
    Map<String, Long> tokens = new TreeMap<>();
    List<Refused> refused = new ArrayList<>();
    for (Example example : window.examples()) {
      forbidden(example, leftBehind, erased)
          .orElseGet(() -> tokenize(example, tokenizer))
          .<Runnable>fold(
              accepted ->
                  () -> {
                    examples.add(accepted);
                    sources.add(example);
                    tokens.merge(example.getSkill(), (long) accepted.trainedTokens(), Long::sum);
                  },
              why -> () -> refused.add(new Refused(example, why)))
          .run();
    }
    return new TokenizedWindow(
        List.copyOf(examples), List.copyOf(sources), tokens, List.copyOf(refused));
  }

  private static Optional<Tokenization> forbidden(
      Example example, List<LeftBehind> leftBehind, Set<Integer> erased) {
    if (erased.contains(example.getIndex())) {
      return Optional.of(
          new RefusedText(RefusedText.Reason.ERASED, "its pair was erased before it was trained"));
    }
    return leftBehind.stream()
        .flatMap(rollback -> rollback.foundIn(example).stream())
        .findFirst()
        .map(detail -> new RefusedText(RefusedText.Reason.LEFT_BEHIND, detail));
  }

  /** What the model wrote is trained in its own ids where they mean the same here. */
  private static Tokenization tokenize(Example example, ExampleTokenizer tokenizer) {
    Conversation asked =
        Conversations.of(example.getPrompt(), Instant.ofEpochMilli(example.getEventTime()));
    Target target = example.getTarget();
    return tokenizer.understands(target.getTokenizer(), target.getTokenIds())
        ? tokenizer.tokenize(asked, target.getTokenIds())
        : tokenizer.tokenize(asked, target.getText());
  }
}
