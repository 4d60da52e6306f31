package dev.alluvium.trainer.pretrain;

import java.util.OptionalDouble;

/**
 * Where a pretraining run stands.
 *
 * @param step optimizer steps done
 * @param steps optimizer steps in all
 * @param tokens tokens trained so far
 * @param tokensPerSecond rate since the last report, evaluation and saving left out
 * @param loss mean loss per token since the last report, in nats
 * @param heldOutPerplexity perplexity on the held-out texts, when it was just measured
 */
public record PretrainProgress(
    long step,
    long steps,
    long tokens,
    double tokensPerSecond,
    double loss,
    OptionalDouble heldOutPerplexity) {}
