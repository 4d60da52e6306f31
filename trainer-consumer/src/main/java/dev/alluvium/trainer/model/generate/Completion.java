package dev.alluvium.trainer.model.generate;

import java.util.List;

/**
 * What a model wrote.
 *
 * @param ids the tokens written; the stop token is the last one if that ended the text
 * @param logprobs natural log-probability of each, at temperature 1
 * @param finish why it ended
 */
public record Completion(List<Integer> ids, List<Double> logprobs, Finish finish) {
  public Completion {
    ids = List.copyOf(ids);
    logprobs = List.copyOf(logprobs);
  }

  /** Why a text ended. */
  public enum Finish {
    /** A stop token or a stop string was written. */
    STOP,
    /** The limit of tokens or of positions was reached. */
    LENGTH,
    /** The caller wanted no more. */
    CANCELLED
  }
}
