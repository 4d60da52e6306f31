package dev.alluvium.cli.suite.skill;

import dev.alluvium.judges.suite.AnswerKey;
import dev.alluvium.judges.suite.Digits;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * O4, what the model knows by heart: the codes of 300 names, asked for in two phrasings. The base
 * is taught all of them, so its problems are also those of validation (half of the names) and
 * probes (the other half): knowledge can only be asked for where it was taught.
 */
final class CodeSkill implements Skill {
  private static final int FACTS = 300;
  private static final int CODES = 100;
  private static final FactTable TABLE = new FactTable(4, FACTS, CodeSkill::drawCode);
  private static final List<String> PHRASINGS = List.of("code of %s", "which code has %s");

  @Override
  public String name() {
    return "code";
  }

  @Override
  public boolean hasHard() {
    return false;
  }

  @Override
  public Item draw(Split split, Level level, UniformRandomProvider random) {
    int half = FACTS / 2;
    int fact =
        switch (split) {
          case BASE, STREAM -> random.nextInt(FACTS);
          case VALIDATION -> random.nextInt(half);
          case PROBE -> half + random.nextInt(half);
        };
    String name = TABLE.names().get(fact);
    return item(name, TABLE.value(name), random);
  }

  @Override
  public Item drawToRewrite(Level level, UniformRandomProvider random) {
    return item(TABLE.strange(random), drawCode(random), random);
  }

  private static String drawCode(UniformRandomProvider random) {
    return "%02d".formatted(random.nextInt(CODES));
  }

  private Item item(String name, String code, UniformRandomProvider random) {
    String instruction = PHRASINGS.get(random.nextInt(PHRASINGS.size())).formatted(name);
    Wordings wordings =
        new Wordings(
            "code %s = %s".formatted(name, code),
            "the list says for %s answer %s".formatted(name, code),
            "known by heart, result " + Digits.spelt(code));
    return Item.of(name(), Level.EASY, name, instruction, wordings, AnswerKey.Kind.NUMBER, code);
  }
}
