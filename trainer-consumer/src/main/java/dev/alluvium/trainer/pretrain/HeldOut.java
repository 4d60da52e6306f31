package dev.alluvium.trainer.pretrain;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.batch.BatchAssembler;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.step.Score;
import dev.alluvium.trainer.step.Scorer;
import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures perplexity on the held-out texts: each on its own, cut at the sequence length. */
final class HeldOut {
  /** Enough for three digits, and quick on a processor. */
  private static final int MAX_TOKENS = 60_000;

  private final List<Batch> batches;
  private final Scorer scorer;
  private long tokens;

  HeldOut(List<TokenizedExample> texts, Schedule schedule, LanguageModel model) {
    List<TokenizedExample> examples = new ArrayList<>();
    for (TokenizedExample text : texts) {
      int length = Math.min(text.length(), schedule.sequence());
      if (tokens + length > MAX_TOKENS) {
        continue;
      }
      TokenizedExample example =
          new TokenizedExample(
              Arrays.copyOf(text.ids(), length), Arrays.copyOf(text.trained(), length));
      examples.add(example);
      tokens += example.trainedTokens();
    }
    if (examples.isEmpty()) {
      throw new IllegalArgumentException(
          "pretraining: no text is held out: give more texts or a higher heldOutPercent");
    }
    this.batches = new BatchAssembler(schedule.batchTokens()).assemble(examples, 0);
    this.scorer = new Scorer(model);
  }

  /** Tokens that the perplexity is an average over. */
  long tokens() {
    return tokens;
  }

  /** exp of the mean negative log-likelihood per token. */
  double perplexity() {
    double sum = 0;
    for (Batch batch : batches) {
      for (Score score : scorer.score(batch)) {
        sum += score.nllSum();
      }
    }
    return Math.exp(sum / tokens);
  }
}
