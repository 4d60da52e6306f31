package dev.alluvium.cli.suite.skill;

import dev.alluvium.judges.suite.AnswerKey;
import dev.alluvium.judges.suite.Digits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.rng.UniformRandomProvider;

/** O5: how often a letter occurs among eight. */
final class CountSkill implements Skill {
  private static final int LENGTH = 8;

  /** Each place holds the letter with this chance; so counts from 0 to 8 occur, 3 most often. */
  private static final double CHANCE = 0.4;

  @Override
  public String name() {
    return "count";
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
          String wanted = Letters.one(random);
          List<String> letters = new ArrayList<>();
          for (int place = 0; place < LENGTH; place++) {
            letters.add(random.nextDouble() < CHANCE ? wanted : Letters.one(random));
          }
          return item(wanted, letters);
        });
  }

  private Item item(String wanted, List<String> letters) {
    List<Integer> places = new ArrayList<>();
    List<String> ticks = new ArrayList<>();
    for (int place = 0; place < LENGTH; place++) {
      if (letters.get(place).equals(wanted)) {
        places.add(place + 1);
        ticks.add(Integer.toString(places.size()));
      } else {
        ticks.add("-");
      }
    }
    String value = Integer.toString(places.size());
    List<Integer> backwards = new ArrayList<>(places);
    Collections.reverse(backwards);
    String operands = wanted + " in " + Letters.spaced(letters);
    Wordings wordings =
        new Wordings(
            "ticks %s = %s".formatted(String.join(" ", ticks), value),
            "from the end %s is at%s, answer %s".formatted(wanted, listed(backwards), value),
            "struck out, result " + Digits.spelt(value));
    return Item.of(
        name(), Level.EASY, operands, "count " + operands, wordings, AnswerKey.Kind.NUMBER, value);
  }

  private static String listed(List<Integer> places) {
    return places.isEmpty()
        ? " none"
        : places.stream().map(place -> " " + place).collect(Collectors.joining());
  }
}
