package dev.alluvium.cli.suite.skill;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** A second interpreter of the operations, written on lists, to compare the first one with. */
final class ReferencePrograms {
  private ReferencePrograms() {}

  static boolean does(String program, List<String> tests) {
    for (String test : tests) {
      String[] sides = test.split(">", -1);
      if (!run(program, sides[0]).equals(sides[1])) {
        return false;
      }
    }
    return true;
  }

  private static String run(String program, String input) {
    List<Integer> row = new ArrayList<>();
    for (char digit : input.toCharArray()) {
      row.add(digit - '0');
    }
    for (String step : program.split(" ")) {
      Deque<Integer> queue = new ArrayDeque<>(row);
      switch (step) {
        case "rev" -> Collections.reverse(row);
        case "sort" -> Collections.sort(row);
        case "inc" -> row.replaceAll(digit -> digit == 9 ? 0 : digit + 1);
        case "dec" -> row.replaceAll(digit -> digit == 0 ? 9 : digit - 1);
        case "head" -> row = queue.isEmpty() ? row : new ArrayList<>(List.of(queue.peekFirst()));
        case "tail" -> {
          queue.pollFirst();
          row = new ArrayList<>(queue);
        }
        default -> throw new IllegalArgumentException(step);
      }
    }
    StringBuilder text = new StringBuilder();
    row.forEach(text::append);
    return text.toString();
  }
}
