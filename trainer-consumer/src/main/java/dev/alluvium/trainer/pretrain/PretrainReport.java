package dev.alluvium.trainer.pretrain;

import java.util.Map;

/**
 * What a pretraining run did.
 *
 * @param parameters numbers in the model
 * @param tokens tokens trained, resumed parts included
 * @param seconds wall time of this process's part
 * @param perplexityBefore on the held-out texts, with the first weights
 * @param perplexityAfter on the held-out texts, at the end
 * @param heldOutTokens tokens that the perplexity is an average over
 * @param skipped records that were not used, by reason
 */
public record PretrainReport(
    long parameters,
    long tokens,
    double seconds,
    double perplexityBefore,
    double perplexityAfter,
    long heldOutTokens,
    Map<String, Long> skipped) {}
