package dev.alluvium.cli.suite.skill;

import dev.alluvium.judges.suite.AnswerKey;
import java.util.List;

/**
 * One problem with its answer.
 *
 * @param operands what makes it this problem and no other, whatever its phrasing
 * @param instruction what the model is asked
 * @param wordings the answer in three ways
 * @param key what a judge compares an answer with
 */
public record Item(
    String skill,
    Level level,
    String operands,
    String instruction,
    Wordings wordings,
    AnswerKey key) {
  /** An item that is judged by its value alone. */
  static Item of(
      String skill,
      Level level,
      String operands,
      String instruction,
      Wordings wordings,
      AnswerKey.Kind kind,
      String answer) {
    AnswerKey key = new AnswerKey(kind, answer, List.of());
    return new Item(skill, level, operands, instruction, wordings, key);
  }
}
