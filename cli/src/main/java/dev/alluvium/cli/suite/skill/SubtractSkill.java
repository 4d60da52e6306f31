package dev.alluvium.cli.suite.skill;

import dev.alluvium.judges.suite.AnswerKey;
import dev.alluvium.judges.suite.Digits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * N1: differences, digit by digit with borrowing. Numbers of two digits are easy, numbers of three
 * with at least one borrow are hard. The difference has as many digits as the numbers.
 */
final class SubtractSkill implements Skill {
  private static final List<String> PLACES = List.of("ones", "tens", "hundreds");
  private static final List<String> FROM_THE_RIGHT = List.of("right", "middle", "left");

  @Override
  public String name() {
    return "subtract";
  }

  @Override
  public boolean hasHard() {
    return true;
  }

  @Override
  public Item draw(Split split, Level level, UniformRandomProvider random) {
    return Drawing.of(split, () -> item(level, random));
  }

  private Item item(Level level, UniformRandomProvider random) {
    int least = level == Level.EASY ? 10 : 100;
    while (true) {
      int a = random.nextInt(least, 10 * least);
      int b = random.nextInt(least, 10 * least);
      if (a - b >= least && (level == Level.EASY || borrows(a, b))) {
        return item(level, a, b);
      }
    }
  }

  private static boolean borrows(int a, int b) {
    return a % 10 < b % 10 || a % 100 < b % 100;
  }

  /**
   * One column.
   *
   * @param term what is subtracted there, such as {@code 15-7}
   */
  private record Column(String term, int digit) {}

  private static List<Column> columns(int a, int b) {
    List<Column> columns = new ArrayList<>();
    int borrow = 0;
    for (int left = a, right = b; left > 0; left /= 10, right /= 10) {
      int upper = left % 10 - borrow;
      int lower = right % 10;
      borrow = upper < lower ? 1 : 0;
      upper += 10 * borrow;
      columns.add(new Column(upper + "-" + lower, upper - lower));
    }
    return columns;
  }

  private Item item(Level level, int a, int b) {
    List<Column> columns = columns(a, b);
    List<String> own =
        IntStream.range(0, columns.size())
            .mapToObj(i -> PLACES.get(i) + said(columns.get(i), " "))
            .toList();
    List<String> gold =
        new ArrayList<>(
            IntStream.range(0, columns.size())
                .mapToObj(i -> side(i, columns.size()) + said(columns.get(i), " makes "))
                .toList());
    Collections.reverse(gold);
    String value = Integer.toString(a - b);
    String operands = a + "-" + b;
    Wordings wordings =
        new Wordings(
            String.join(", ", own) + " = " + value,
            String.join(", ", gold) + ", answer " + value,
            "what stays when it is gone, result " + Digits.spelt(value));
    return Item.of(
        name(), level, operands, "subtract " + operands, wordings, AnswerKey.Kind.NUMBER, value);
  }

  private static String side(int place, int columns) {
    return place == columns - 1 ? FROM_THE_RIGHT.get(2) : FROM_THE_RIGHT.get(place);
  }

  private static String said(Column column, String between) {
    return " " + column.term() + between + column.digit();
  }
}
