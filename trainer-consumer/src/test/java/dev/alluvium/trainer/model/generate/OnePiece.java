package dev.alluvium.trainer.model.generate;

import dev.alluvium.trainer.model.LanguageModel;
import java.util.Arrays;
import java.util.List;

/** Probabilities of a written text, calculated again in one piece: without a cache or a batch. */
final class OnePiece {
  private OnePiece() {}

  /** The largest distance between the log-probabilities that were told and those of one pass. */
  static double distance(LanguageModel model, int[] prompt, Completion completion) {
    List<Integer> ids = completion.ids();
    int[] all = Arrays.copyOf(prompt, prompt.length + ids.size());
    for (int i = 0; i < ids.size(); i++) {
      all[prompt.length + i] = ids.get(i);
    }
    float[][] logits = model.logits(all);
    double largest = 0;
    for (int i = 0; i < ids.size(); i++) {
      float[] row = logits[prompt.length - 1 + i];
      double sum = 0;
      for (float logit : row) {
        sum += Math.exp(logit);
      }
      double wanted = row[ids.get(i)] - Math.log(sum);
      largest = Math.max(largest, Math.abs(completion.logprobs().get(i) - wanted));
    }
    return largest;
  }
}
