package dev.alluvium.trainer.pretrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.RefusedText;
import dev.alluvium.trainer.text.TemplateChoice;
import dev.alluvium.trainer.text.Tokenization;
import dev.alluvium.trainer.text.TokenizedExample;
import dev.alluvium.trainer.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.zip.CRC32;

/**
 * All texts as tokens, split into those that are trained and those that are held out.
 *
 * @param trained texts of which all tokens are trained, each with the end-of-text token; or pairs
 *     of which only the answer is
 * @param heldOut as {@code trained}, for the held-out texts
 * @param tokensBySource trained tokens per source
 * @param skipped records that were not used, by reason
 */
record Corpus(
    List<TokenizedExample> trained,
    List<TokenizedExample> heldOut,
    Map<String, Long> tokensBySource,
    Map<String, Long> skipped) {
  /** The token between two texts. */
  static final String END_OF_TEXT = "<|endoftext|>";

  /** All tokens stay in memory; a corpus larger than this needs another tool. */
  private static final long MAX_TOKENS = 200_000_000;

  /**
   * Reads all files.
   *
   * @param settings whose files to read, what is held out, and what is trained of each record
   */
  static Corpus read(PretrainSettings settings, Tokenizer tokenizer) {
    PromptTemplate template =
        PromptTemplate.choose(tokenizer, TemplateChoice.of(TemplateChoice.BUILTIN));
    Function<JsonNode, Tokenization> tokenization =
        settings.answersOnly()
            ? answers(new ExampleTokenizer(tokenizer, template, settings.schedule().sequence()))
            : texts(tokenizer, template);
    List<TokenizedExample> trained = new ArrayList<>();
    List<TokenizedExample> heldOut = new ArrayList<>();
    Map<String, Long> bySource = new TreeMap<>();
    Map<String, Long> unusable = new TreeMap<>();
    long[] total = new long[1];
    Map<String, Long> skipped =
        new TreeMap<>(
            new DocumentReader(settings.inputs())
                .read(
                    record -> {
                      Optional<String> obstacle = obstacle(record, tokenizer, settings);
                      if (obstacle.isPresent()) {
                        unusable.merge(obstacle.get(), 1L, Long::sum);
                        return;
                      }
                      Tokenization result = tokenization.apply(record);
                      if (result instanceof RefusedText refused) {
                        unusable.merge(label(refused), 1L, Long::sum);
                      } else if (result instanceof TokenizedExample example) {
                        total[0] += example.length();
                        if (total[0] > MAX_TOKENS) {
                          throw new IllegalArgumentException(
                              "pretraining: more than " + MAX_TOKENS + " tokens: give fewer files");
                        }
                        if (isHeldOut(record, settings.heldOutPercent())) {
                          heldOut.add(example);
                        } else {
                          trained.add(example);
                          bySource.merge(
                              record.path("source").textValue(),
                              (long) example.length(),
                              Long::sum);
                        }
                      }
                    }));
    skipped.putAll(unusable);
    return new Corpus(trained, heldOut, bySource, skipped);
  }

  /** Why a record cannot be used whatever it is trained on. */
  private static Optional<String> obstacle(
      JsonNode record, Tokenizer tokenizer, PretrainSettings settings) {
    if (forged(record, tokenizer)) {
      return Optional.of("spells out a special token");
    }
    if (!record.path("history").isEmpty()) {
      return Optional.of("has earlier turns");
    }
    if (record.path("instruction").isTextual() && record.path("response").isTextual()) {
      return Optional.empty();
    }
    if (settings.answersOnly()) {
      return Optional.of("is no pair");
    }
    return record.path("text").asText("").isEmpty() ? Optional.of("is empty") : Optional.empty();
  }

  private static String label(RefusedText refused) {
    return refused.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Held-out texts are chosen by the hash of their id: stable over runs and over other texts. */
  private static boolean isHeldOut(JsonNode record, int percent) {
    CRC32 hash = new CRC32();
    hash.update(("held-out|" + record.path("id").textValue()).getBytes(UTF_8));
    return hash.getValue() % 100 < percent;
  }

  private static Function<JsonNode, Tokenization> answers(ExampleTokenizer tokenizer) {
    return record -> tokenizer.tokenize(conversation(record), record.path("response").textValue());
  }

  private static Function<JsonNode, Tokenization> texts(
      Tokenizer tokenizer, PromptTemplate template) {
    int end =
        tokenizer
            .specialId(END_OF_TEXT)
            .orElseThrow(() -> new IllegalArgumentException("the tokenizer has no " + END_OF_TEXT));
    return record -> {
      String text = record.path("text").asText("");
      if (text.isEmpty()) {
        text = template.example(conversation(record), record.path("response").textValue()).text();
      }
      int[] ids = ended(tokenizer.encode(text), end);
      boolean[] trained = new boolean[ids.length];
      Arrays.fill(trained, 1, ids.length, true);
      return new TokenizedExample(ids, trained);
    };
  }

  private static Conversation conversation(JsonNode record) {
    return Conversation.of(
        record.path("instruction").textValue(), record.path("context").asText(""));
  }

  private static boolean forged(JsonNode record, Tokenizer tokenizer) {
    for (String field : List.of("text", "instruction", "context", "response")) {
      if (tokenizer.reservedIn(record.path(field).asText("")).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static int[] ended(int[] ids, int end) {
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = end;
    return ended;
  }
}
