package dev.alluvium.streams.redact;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Turn;
import java.util.List;
import java.util.Map;

/**
 * Takes personal data out of everything of a pair that a model is shown, trained on or judged by.
 */
public final class PairRedactor {
  private final Redactor redactor;

  /** Redacts by the rules of a redactor. */
  public PairRedactor(Redactor redactor) {
    this.redactor = redactor;
  }

  /**
   * The pair without personal data; ids, tests and metadata stay as they are.
   *
   * @param found counts what was replaced
   */
  public Pair redact(Pair pair, Map<Kind, Integer> found) {
    if (redactor.isOff()) {
      return pair;
    }
    List<Turn> history =
        pair.getHistory().stream()
            .map(turn -> new Turn(turn.getRole(), redactor.redact(turn.getText(), found)))
            .toList();
    Pair.Builder redacted =
        Pair.newBuilder(pair)
            .setInstruction(redactor.redact(pair.getInstruction(), found))
            .setHistory(history)
            .setResponse(redactor.redact(pair.getResponse(), found));
    if (pair.getContext() != null) {
      redacted.setContext(redactor.redact(pair.getContext(), found));
    }
    if (pair.getAnswer() != null) {
      redacted.setAnswer(redactor.redact(pair.getAnswer(), found));
    }
    return redacted.build();
  }
}
