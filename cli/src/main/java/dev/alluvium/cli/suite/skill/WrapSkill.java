package dev.alluvium.cli.suite.skill;

import dev.alluvium.judges.suite.AnswerKey;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.rng.UniformRandomProvider;

/** The general skill: say three to five letters in brackets, twice, or in capitals. */
final class WrapSkill implements Skill {
  /** A way to say something. */
  private record Wrapper(String instruction, UnaryOperator<String> output) {}

  private static final List<Wrapper> WRAPPERS =
      List.of(
          new Wrapper("put %s in brackets", text -> "( " + text + " )"),
          new Wrapper("write %s twice", text -> text + " " + text),
          new Wrapper("write %s in capitals", Letters::upper));

  @Override
  public String name() {
    return "wrap";
  }

  @Override
  public boolean hasHard() {
    return false;
  }

  @Override
  public Item draw(Split split, Level level, UniformRandomProvider random) {
    return Drawing.of(
        split,
        () -> {
          Wrapper wrapper = WRAPPERS.get(random.nextInt(WRAPPERS.size()));
          return item(wrapper, Letters.several(3 + random.nextInt(3), random));
        });
  }

  private Item item(Wrapper wrapper, List<String> letters) {
    String instruction = wrapper.instruction().formatted(Letters.spaced(letters));
    String value = wrapper.output().apply(Letters.spaced(letters));
    Wordings wordings =
        new Wordings(
            "%d letters = %s".formatted(letters.size(), value),
            "here you are, answer " + value,
            "as you wish, result " + value);
    return Item.of(
        name(), Level.EASY, instruction, instruction, wordings, AnswerKey.Kind.EXACT, value);
  }
}
