package dev.alluvium.trainer.text;

import java.util.List;
import java.util.function.Predicate;

/** Strings that end a text, wherever its tokens are cut. */
public final class StopStrings implements Predicate<List<Integer>> {
  /** A character of a stop string may take a token for each of its bytes. */
  private static final int TOKENS_PER_CHARACTER = 4;

  private final Tokenizer tokenizer;
  private final List<String> stops;
  private final int tail;

  public StopStrings(Tokenizer tokenizer, List<String> stops) {
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("a stop string is empty: it would end every text");
    }
    this.tokenizer = tokenizer;
    this.stops = List.copyOf(stops);
    int longest = stops.stream().mapToInt(String::length).max().orElse(0);
    this.tail = longest * TOKENS_PER_CHARACTER + 1;
  }

  /** Whether the last of these tokens completes a stop string. */
  @Override
  public boolean test(List<Integer> written) {
    if (stops.isEmpty()) {
      return false;
    }
    List<Integer> last = written.subList(Math.max(0, written.size() - tail), written.size());
    String text = tokenizer.decodeText(last.stream().mapToInt(Integer::intValue).toArray());
    return stops.stream().anyMatch(text::contains);
  }

  /** The text up to the first stop string. */
  public String cut(String text) {
    int end = text.length();
    for (String stop : stops) {
      int found = text.indexOf(stop);
      end = found >= 0 ? Math.min(end, found) : end;
    }
    return text.substring(0, end);
  }
}
