package dev.alluvium.trainer.text;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a model wrote, as the text of an answer.
 *
 * @param text without the token that ends the turn
 * @param ended whether it ended by itself
 */
public record AnswerText(String text, boolean ended) {
  /**
   * Reads it.
   *
   * @param stops ids that end a turn
   * @param written what was written, the id that ended it included
   */
  public static AnswerText of(Tokenizer tokenizer, Set<Integer> stops, List<Integer> written) {
    boolean stopped = !written.isEmpty() && stops.contains(written.get(written.size() - 1));
    int length = stopped ? written.size() - 1 : written.size();
    String text =
        tokenizer.decode(written.stream().limit(length).mapToInt(Integer::intValue).toArray());
    // A special token inside would forge a turn if the text were trained: the answer ends there.
    Optional<String> reserved = tokenizer.reservedIn(text);
    String kept = reserved.map(token -> text.substring(0, text.indexOf(token))).orElse(text);
    return new AnswerText(kept, stopped && reserved.isEmpty());
  }
}
