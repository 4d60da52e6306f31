package dev.alluvium.trainer.gate;

import dev.alluvium.judges.Question;

/**
 * A probe that is to be answered in writing.
 *
 * @param prompt the ids that the model reads
 * @param question what its answer is judged by
 * @param exact whether an exact judge can read it
 */
@SuppressWarnings("ArrayRecordComponent") // a short-lived carrier, never compared
public record WrittenQuestion(
    String pairId, String skill, int[] prompt, Question question, boolean exact) {}
