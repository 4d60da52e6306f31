package dev.alluvium.trainer.guard;

import dev.alluvium.trainer.text.TokenizedExample;
import java.util.Arrays;
import java.util.List;

/**
 * What the base model wrote after a probe's prompt.
 *
 * @param pairId of the probe
 * @param skill of the probe
 * @param ids prompt and answer
 * @param promptTokens how many of them are the prompt, at least 1
 */
public record GaugeText(String pairId, String skill, List<Integer> ids, int promptTokens) {
  /** Copies the ids. */
  public GaugeText {
    ids = List.copyOf(ids);
  }

  /** The text as it is scored: the answer's tokens are what is predicted. */
  TokenizedExample example() {
    boolean[] answer = new boolean[ids.size()];
    Arrays.fill(answer, promptTokens, answer.length, true);
    return new TokenizedExample(ids.stream().mapToInt(Integer::intValue).toArray(), answer);
  }
}
