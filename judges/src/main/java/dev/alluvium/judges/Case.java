package dev.alluvium.judges;

import org.jspecify.annotations.Nullable;

/**
 * A text to judge, as a record of a file gives it.
 *
 * @param id the record's id, or null
 * @param question what was asked and what is right
 * @param attempt the text
 * @param label what a person says about the text, or null
 */
public record Case(
    @Nullable String id, Question question, Attempt attempt, @Nullable Boolean label) {}
