package dev.alluvium.trainer.model.generate;

import dev.alluvium.trainer.model.generate.Completion.Finish;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** One text while it is written. */
final class Text {
  private final Prompt prompt;
  private final GenerationSettings settings;
  private final int limit;
  private final UniformRandomProvider random;
  private final List<Integer> ids = new ArrayList<>();
  private final List<Double> logprobs = new ArrayList<>();
  private Finish finish = Finish.CANCELLED; // until it ends for another reason

  /**
   * @param limit most tokens to write
   */
  Text(Prompt prompt, GenerationSettings settings, int limit) {
    this.prompt = prompt;
    this.settings = settings;
    this.limit = limit;
    this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(prompt.seed());
  }

  Prompt prompt() {
    return prompt;
  }

  /** The number that decides the next draw, [0, 1). */
  float nextUniform() {
    return random.nextFloat();
  }

  void write(int id, double logprob) {
    ids.add(id);
    logprobs.add(logprob);
    if (settings.stopIds().contains(id)
        || settings.stopText().test(Collections.unmodifiableList(ids))) {
      finish = Finish.STOP;
    } else if (ids.size() == limit) {
      finish = Finish.LENGTH;
    }
  }

  int last() {
    return ids.get(ids.size() - 1);
  }

  boolean ended() {
    return finish != Finish.CANCELLED;
  }

  Completion completion() {
    return new Completion(ids, logprobs, finish);
  }
}
