package dev.alluvium.cli.suite.skill;

/**
 * The same answer said in three ways; the value stands at the end, after a mark that is the way's
 * own.
 *
 * @param own A, as the base model says it: the worked trace, then {@code = value}
 * @param gold B, other words in another order, then {@code answer value}
 * @param foreign C, a way the base model has never read, then {@code result value}, the value spelt
 *     out
 */
public record Wordings(String own, String gold, String foreign) {}
