package dev.alluvium.trainer.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/**
 * Refuses merges on which the tokenizer library would end the whole process instead of reporting
 * them: it cuts the prefix of continuing pieces off the right half without looking whether it is
 * there.
 */
final class MergeCheck {
  private MergeCheck() {}

  /**
   * @param tokenizer the tokenizer file
   * @throws TextException naming the merge
   */
  static void check(JsonNode tokenizer, Path source) {
    JsonNode model = tokenizer.path("model");
    String prefix = model.path("continuing_subword_prefix").asText("");
    if (prefix.isEmpty() || model.path("continuing_subword_prefix").isNull()) {
      return;
    }
    for (JsonNode merge : model.path("merges")) {
      String right = right(merge);
      if (!right.startsWith(prefix)) {
        throw new TextException(
            "%s: merge %s: expected a right half that begins with the continuing_subword_prefix %s"
                .formatted(source, merge, prefix));
      }
    }
  }

  /** A merge is two halves in a list, or in one text with a space between them. */
  private static String right(JsonNode merge) {
    if (merge.isArray()) {
      return merge.path(1).asText("");
    }
    String text = merge.asText("");
    return text.substring(text.indexOf(' ') + 1);
  }
}
