package dev.alluvium.streams.prompt;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Prompt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.text.StringSubstitutor;
import org.jspecify.annotations.Nullable;

/**
 * A text with places such as <code>${instruction}</code>, from which prompts are made. What is put
 * into a place is never read for places again.
 */
final class PromptFile {
  /** Places that every file may have. */
  static final List<String> COMMON = List.of("instruction", "context");

  private static final String ALL_OF_IT = "${instruction}";

  private final String text;
  private final String digest;
  private final boolean writesContext;

  /**
   * Reads a file's text; line breaks at its end do not count.
   *
   * @param name for messages
   * @param places that it may have beside the common ones
   * @throws IllegalArgumentException when it has other places, or none for the instruction
   */
  PromptFile(String name, String text, List<String> places) {
    this.text = text.stripTrailing();
    this.digest = Digests.sha256("prompt-file-1", this.text);
    Map<String, String> known = new HashMap<>();
    COMMON.forEach(place -> known.put(place, place));
    places.forEach(place -> known.put(place, place));
    try {
      substitute(known);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "prompt file %s: %s; expected places among %s"
              .formatted(name, e.getMessage(), known.keySet().stream().sorted().toList()),
          e);
    }
    if (!this.text.contains(ALL_OF_IT)) {
      throw new IllegalArgumentException(
          "prompt file %s has no %s: the model would not see what is asked"
              .formatted(name, ALL_OF_IT));
    }
    this.writesContext = this.text.contains("${context}");
  }

  /** Equal digests make equal prompts. */
  String digest() {
    return digest;
  }

  /**
   * The prompt of a pair.
   *
   * @param asked the pair's own prompt
   * @param values of the other places
   */
  Prompt prompt(Prompt asked, Map<String, String> values) {
    if (text.equals(ALL_OF_IT)) {
      return asked;
    }
    Map<String, String> all = new HashMap<>(values);
    all.put("instruction", asked.getInstruction());
    all.put("context", asked.getContext() == null ? "" : asked.getContext());
    @Nullable String context = writesContext ? null : asked.getContext();
    return new Prompt(substitute(all), context, asked.getHistory());
  }

  private String substitute(Map<String, String> values) {
    StringSubstitutor substitutor = new StringSubstitutor(values);
    substitutor.setDisableSubstitutionInValues(true);
    substitutor.setEnableUndefinedVariableException(true);
    return substitutor.replace(text);
  }
}
