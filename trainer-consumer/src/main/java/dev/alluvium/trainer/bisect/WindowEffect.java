package dev.alluvium.trainer.bisect;

/**
 * A skill after a window.
 *
 * @param window the window
 * @param offset of its first record in training.windows.v1
 * @param examples of it that were trained
 * @param ofSkill of them those of the skill
 * @param perplexity of the skill's probes
 * @param rise of its logarithm over the good version's, in nats a token; above 0 is worse
 * @param riseError the rise's standard error; not a number with a single probe
 * @param worse whether the rise is beyond the budget
 */
public record WindowEffect(
    long window,
    long offset,
    int examples,
    int ofSkill,
    double perplexity,
    double rise,
    double riseError,
    boolean worse) {}
