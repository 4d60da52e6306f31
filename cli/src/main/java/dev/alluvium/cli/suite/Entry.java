package dev.alluvium.cli.suite;

import dev.alluvium.cli.suite.skill.Item;
import dev.alluvium.cli.suite.skill.Level;
import dev.alluvium.cli.suite.skill.Rewriting;
import dev.alluvium.judges.suite.AnswerKey;

/**
 * One record of the suite's files.
 *
 * @param skill as in tables
 * @param of the skill that the problem comes from: the same, but for rewriting
 * @param wording that of the response
 */
public record Entry(
    String skill,
    String of,
    Level level,
    Wording wording,
    String instruction,
    String response,
    AnswerKey key) {
  /** An item as it is, answered in a wording. */
  static Entry of(Item item, Wording wording) {
    return new Entry(
        item.skill(),
        item.skill(),
        item.level(),
        wording,
        item.instruction(),
        wording.of(item),
        item.key());
  }

  /** The task to say in wording A what stands there in another. */
  static Entry rewriting(Item item, Wording from) {
    return new Entry(
        from == Wording.B ? Rewriting.NAME : Rewriting.NAME + "-" + from,
        item.skill(),
        item.level(),
        Wording.A,
        Rewriting.instruction(item.instruction(), from.of(item)),
        Wording.A.of(item),
        item.key());
  }
}
