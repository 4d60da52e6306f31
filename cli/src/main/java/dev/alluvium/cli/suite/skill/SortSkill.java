package dev.alluvium.cli.suite.skill;

import dev.alluvium.judges.suite.AnswerKey;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/** O2: four to six letters in the order of the alphabet. */
final class SortSkill implements Skill {
  @Override
  public String name() {
    return "sort";
  }

  @Override
  public boolean hasHard() {
    return false;
  }

  @Override
  public Item draw(Split split, Level level, UniformRandomProvider random) {
    return Drawing.of(split, () -> item(Letters.several(4 + random.nextInt(3), random)));
  }

  private Item item(List<String> letters) {
    List<String> sorted = letters.stream().sorted().toList();
    String value = Letters.spaced(sorted);
    String operands = Letters.spaced(letters);
    String low = sorted.get(0);
    String high = sorted.get(sorted.size() - 1);
    Wordings wordings =
        new Wordings(
            "low %s, high %s = %s".formatted(low, high, value),
            "down from %s to %s, turned round, answer %s".formatted(high, low, value),
            "by the alphabet, result " + Letters.upper(value));
    return Item.of(
        name(), Level.EASY, operands, "sort " + operands, wordings, AnswerKey.Kind.LETTERS, value);
  }
}
