package dev.alluvium.trainer.pretrain;

import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.optim.LearningRate;
import java.util.Locale;

/**
 * How long and how fast a model is trained.
 *
 * @param sequence tokens in one training sequence
 * @param batchTokens tokens in one forward pass; bounds the memory
 * @param stepTokens tokens in one optimizer step
 * @param totalTokens tokens in all; the texts are passed over as often as that takes
 * @param peakRate highest learning rate, after a warm-up of 2 % of the steps; it falls as half a
 *     cosine to a tenth
 * @param weightDecay decoupled decay of matrices
 */
public record Schedule(
    int sequence,
    int batchTokens,
    int stepTokens,
    long totalTokens,
    double peakRate,
    double weightDecay) {
  private static final double WARMUP_SHARE = 0.02;
  private static final double FLOOR_SHARE = 0.1;

  public Schedule {
    require(sequence >= 2, "sequence is %s: expected 2 or more tokens", sequence);
    require(
        batchTokens >= sequence,
        "batchTokens is %s: expected at least one sequence, which is %s tokens",
        batchTokens,
        sequence);
    require(
        stepTokens >= sequence,
        "stepTokens is %s: expected at least one sequence, which is %s tokens",
        stepTokens,
        sequence);
    require(
        totalTokens >= stepTokens,
        "totalTokens is %s: expected at least one step, which is %s tokens",
        totalTokens,
        stepTokens);
    require(peakRate > 0, "peakRate is %s: expected more than 0", peakRate);
    require(weightDecay >= 0, "weightDecay is %s: expected 0 or more", weightDecay);
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(
          "pretraining: " + String.format(Locale.ROOT, message, values));
    }
  }

  /** Sequences in one optimizer step. */
  int sequencesPerStep() {
    return stepTokens / sequence;
  }

  /** Sequences in one forward pass. */
  int sequencesPerBatch() {
    return batchTokens / sequence;
  }

  /** Tokens in one optimizer step: as many as whole sequences have. */
  long stepTokensUsed() {
    return (long) sequencesPerStep() * sequence;
  }

  /** Optimizer steps in all. */
  long steps() {
    return totalTokens / stepTokensUsed();
  }

  LearningRate learningRate() {
    return LearningRate.cosine(
        peakRate, peakRate * FLOOR_SHARE, (long) (steps() * WARMUP_SHARE), steps());
  }

  /** The second moment forgets faster than usual (0.95): the run is short. */
  AdamWSettings optimizer() {
    return new AdamWSettings(0.9, 0.95, 1e-8, weightDecay, 1);
  }
}
