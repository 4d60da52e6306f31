package dev.alluvium.trainer.pretrain;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.TemplateChoice;
import dev.alluvium.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All texts as tokens, split into those that are trained and those that are held out.
 *
 * @param trained token ids, one array per text, each with the end-of-text token
 * @param heldOut as {@code trained}, for the held-out texts
 * @param tokensBySource trained tokens per source
 * @param skipped records that were not used, by reason
 */
record Corpus(
    List<int[]> trained,
    List<int[]> heldOut,
    Map<String, Long> tokensBySource,
    Map<String, Long> skipped) {
  /** The token between two texts. */
  static final String END_OF_TEXT = "<|endoftext|>";

  /** All tokens stay in memory; a corpus larger than this needs another tool. */
  private static final long MAX_TOKENS = 200_000_000;

  static Corpus read(List<Path> files, Tokenizer tokenizer, int heldOutPercent) {
    PromptTemplate template =
        PromptTemplate.choose(tokenizer, TemplateChoice.of(TemplateChoice.BUILTIN));
    int end =
        tokenizer
            .specialId(END_OF_TEXT)
            .orElseThrow(() -> new IllegalArgumentException("the tokenizer has no " + END_OF_TEXT));
    List<int[]> trained = new ArrayList<>();
    List<int[]> heldOut = new ArrayList<>();
    Map<String, Long> bySource = new TreeMap<>();
    Map<String, Long> unusable = new TreeMap<>();
    long[] total = new long[1];
    Map<String, Long> skipped =
        new TreeMap<>(
            new DocumentReader(files)
                .read(
                    record -> {
                      if (forged(record, tokenizer)) {
                        unusable.merge("spells out a special token", 1L, Long::sum);
                        return;
                      }
                      if (!record.path("history").isEmpty()) {
                        unusable.merge("has earlier turns", 1L, Long::sum);
                        return;
                      }
                      Document document = render(record, template);
                      int[] ids = ended(tokenizer.encode(document.text()), end);
                      total[0] += ids.length;
                      if (total[0] > MAX_TOKENS) {
                        throw new IllegalArgumentException(
                            "pretraining: more than " + MAX_TOKENS + " tokens: give fewer files");
                      }
                      if (document.heldOut(heldOutPercent)) {
                        heldOut.add(ids);
                      } else {
                        trained.add(ids);
                        bySource.merge(document.source(), (long) ids.length, Long::sum);
                      }
                    }));
    skipped.putAll(unusable);
    return new Corpus(trained, heldOut, bySource, skipped);
  }

  private static boolean forged(JsonNode record, Tokenizer tokenizer) {
    for (String field : List.of("text", "instruction", "context", "response")) {
      if (tokenizer.reservedIn(record.path(field).asText("")).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static Document render(JsonNode record, PromptTemplate template) {
    String text = record.path("text").asText("");
    if (text.isEmpty()) {
      Conversation conversation =
          Conversation.of(
              record.path("instruction").textValue(), record.path("context").asText(""));
      text = template.example(conversation, record.path("response").textValue()).text();
    }
    return new Document(record.path("id").textValue(), record.path("source").textValue(), text);
  }

  private static int[] ended(int[] ids, int end) {
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = end;
    return ended;
  }
}
