package dev.alluvium.trainer.model.generate;

/**
 * Token ids to write on from.
 *
 * @param ids at least one
 * @param seed decides what is drawn for this prompt, whatever else is written beside it
 */
@SuppressWarnings("ArrayRecordComponent") // a short-lived carrier, never compared
public record Prompt(int[] ids, long seed) {}
