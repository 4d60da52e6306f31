package dev.alluvium.cli.suite.skill;

import dev.alluvium.judges.suite.AnswerKey;
import dev.alluvium.judges.suite.Digits;
import org.apache.commons.rng.UniformRandomProvider;

/** O3: the sum of two numbers of two digits, with at least one carry. */
final class AddSkill implements Skill {
  @Override
  public String name() {
    return "add";
  }

  @Override
  public boolean hasHard() {
    return false;
  }

  @Override
  public Item draw(Split split, Level level, UniformRandomProvider random) {
    return Drawing.of(split, () -> item(random));
  }

  private Item item(UniformRandomProvider random) {
    while (true) {
      int a = 10 + random.nextInt(90);
      int b = 10 + random.nextInt(90);
      if (a % 10 + b % 10 >= 10 || a + b >= 100) {
        return item(a, b);
      }
    }
  }

  private Item item(int a, int b) {
    int ones = a % 10 + b % 10;
    int carry = ones / 10;
    String onesTerm = "%d+%d".formatted(a % 10, b % 10);
    String tensTerm = "%d+%d+%d".formatted(a / 10, b / 10, carry);
    int tens = a / 10 + b / 10 + carry;
    String value = Integer.toString(a + b);
    String operands = a + "+" + b;
    Wordings wordings =
        new Wordings(
            "ones %s %d, tens %s %d = %s".formatted(onesTerm, ones, tensTerm, tens, value),
            "left %s makes %d, right %s makes %d, answer %s"
                .formatted(tensTerm, tens, onesTerm, ones, value),
            "both put on one pile, result " + Digits.spelt(value));
    return Item.of(
        name(), Level.EASY, operands, "add " + operands, wordings, AnswerKey.Kind.NUMBER, value);
  }
}
