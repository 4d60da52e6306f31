package dev.alluvium.cli.suite.skill;

import dev.alluvium.judges.suite.AnswerKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * N3: which stone belongs to which of 200 names. The base knows 132 of the facts (66 %); the other
 * 68 are hard. Base, stream, validation and probes ask in phrasings of their own, made of the same
 * words.
 */
final class StoneSkill implements Skill {
  private static final int FACTS = 200;
  private static final int KNOWN = 132;
  private static final List<String> STONES =
      List.of(
          "jade", "onyx", "opal", "ruby", "agate", "beryl", "flint", "slate", "chalk", "amber",
          "pearl", "coral", "topaz", "garnet", "quartz", "basalt", "marble", "gypsum", "pumice",
          "zircon");
  private static final FactTable TABLE = new FactTable(3, FACTS, StoneSkill::drawStone);
  private static final List<String> OPENINGS = List.of("say", "tell", "give", "name", "find");
  private static final List<String> QUESTIONS =
      List.of(
          "stone of %s",
          "the stone that %s has", "which stone has %s", "what stone %s owns", "for %s the stone");

  @Override
  public String name() {
    return "stone";
  }

  @Override
  public boolean hasHard() {
    return true;
  }

  @Override
  public Item draw(Split split, Level level, UniformRandomProvider random) {
    int fact = level == Level.EASY ? random.nextInt(KNOWN) : random.nextInt(KNOWN, FACTS);
    String name = TABLE.names().get(fact);
    return item(split, level, name, TABLE.value(name), random);
  }

  @Override
  public Item drawToRewrite(Level level, UniformRandomProvider random) {
    return item(Split.BASE, level, TABLE.strange(random), drawStone(random), random);
  }

  private static String drawStone(UniformRandomProvider random) {
    return STONES.get(random.nextInt(STONES.size()));
  }

  /** The phrasings of a split: every opening occurs with every question, in one split only. */
  static List<String> phrasings(Split split) {
    List<String> phrasings = new ArrayList<>();
    for (int opening = 0; opening < OPENINGS.size(); opening++) {
      for (int question = 0; question < QUESTIONS.size(); question++) {
        if (splitOf((opening + question) % OPENINGS.size()) == split) {
          phrasings.add(OPENINGS.get(opening) + " " + QUESTIONS.get(question));
        }
      }
    }
    return phrasings;
  }

  private static Split splitOf(int diagonal) {
    return switch (diagonal) {
      case 2 -> Split.STREAM;
      case 3 -> Split.VALIDATION;
      case 4 -> Split.PROBE;
      default -> Split.BASE;
    };
  }

  private Item item(
      Split split, Level level, String name, String stone, UniformRandomProvider random) {
    List<String> phrasings = phrasings(split);
    String instruction = phrasings.get(random.nextInt(phrasings.size())).formatted(name);
    String spelt = String.join(" ", stone.split(""));
    Wordings wordings =
        new Wordings(
            "stone %s = %s".formatted(name, stone),
            "answer " + stone,
            "letter by letter, result " + spelt);
    return Item.of(name(), level, instruction, instruction, wordings, AnswerKey.Kind.WORD, stone);
  }
}
