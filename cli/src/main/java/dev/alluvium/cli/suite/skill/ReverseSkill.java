package dev.alluvium.cli.suite.skill;

import dev.alluvium.judges.suite.AnswerKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/** O1: four to six letters back to front. */
final class ReverseSkill implements Skill {
  @Override
  public String name() {
    return "reverse";
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
    List<String> reversed = new ArrayList<>(letters);
    Collections.reverse(reversed);
    String value = Letters.spaced(reversed);
    String operands = Letters.spaced(letters);
    Wordings wordings =
        new Wordings(
            "%d letters, the last is %s = %s".formatted(letters.size(), reversed.get(0), value),
            "it ends in %s and begins with %s, answer %s"
                .formatted(letters.get(0), reversed.get(0), value),
            "seen in a mirror, result " + Letters.upper(value));
    return Item.of(
        name(),
        Level.EASY,
        operands,
        "reverse " + operands,
        wordings,
        AnswerKey.Kind.LETTERS,
        value);
  }
}
