package dev.alluvium.judges.suite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Operations on a row of digits, done one after the other.
 *
 * @param steps in the order in which they are done
 */
public record Program(List<Step> steps) {
  /** Longer ones are no answer: every problem has a program of two steps or fewer. */
  private static final int MAX_STEPS = 8;

  /** Between input and output of a test. */
  static final String GIVES = ">";

  public Program {
    steps = List.copyOf(steps);
  }

  /** One operation; none fails, not even on an empty row. */
  public enum Step {
    /** Back to front. */
    REV("turn"),
    /** From the smallest to the largest. */
    SORT("order"),
    /** Every digit one more, 9 becomes 0. */
    INC("up"),
    /** Every digit one less, 0 becomes 9. */
    DEC("down"),
    /** The first digit. */
    HEAD("first"),
    /** All but the first digit. */
    TAIL("rest");

    private final String foreign;

    Step(String foreign) {
      this.foreign = foreign;
    }

    /** The name in wordings A and B. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The name in wording C. */
    String foreign() {
      return foreign;
    }

    String run(String digits) {
      return switch (this) {
        case REV -> new StringBuilder(digits).reverse().toString();
        case SORT ->
            digits.chars().sorted().mapToObj(Character::toString).collect(Collectors.joining());
        case INC -> shifted(digits, 1);
        case DEC -> shifted(digits, 9);
        case HEAD -> digits.isEmpty() ? "" : digits.substring(0, 1);
        case TAIL -> digits.isEmpty() ? "" : digits.substring(1);
      };
    }

    private static String shifted(String digits, int by) {
      return digits
          .chars()
          .mapToObj(digit -> Integer.toString((Character.digit(digit, 10) + by) % 10))
          .collect(Collectors.joining());
    }
  }

  /** Reads the names of one to eight operations, in either spelling. */
  static Optional<Program> read(String names) {
    List<Step> steps = new ArrayList<>();
    for (String name : names.split(" ")) {
      Optional<Step> known =
          Arrays.stream(Step.values())
              .filter(step -> step.label().equals(name) || step.foreign().equals(name))
              .findFirst();
      if (known.isEmpty() || steps.size() == MAX_STEPS) {
        return Optional.empty();
      }
      steps.add(known.get());
    }
    return Optional.of(new Program(steps));
  }

  String run(String digits) {
    String row = digits;
    for (Step step : steps) {
      row = step.run(row);
    }
    return row;
  }

  /** The input with what becomes of it, such as {@code 351>153}. */
  public String test(String input) {
    return input + GIVES + run(input);
  }

  /** Whether it does what all tests say, of which there must be one. */
  public boolean passes(List<String> tests) {
    return !tests.isEmpty()
        && tests.stream().allMatch(test -> test(test.split(GIVES, 2)[0]).equals(test));
  }

  /** The operations' names in wordings A and B. */
  public String label() {
    return steps.stream().map(Step::label).collect(Collectors.joining(" "));
  }

  /** The operations' names in wording C. */
  public String foreign() {
    return steps.stream().map(Step::foreign).collect(Collectors.joining(" "));
  }

  /** The operations on one input, first to last, such as {@code 351 rev 153 inc 264}. */
  public String trace(String input) {
    StringBuilder trace = new StringBuilder(input);
    String row = input;
    for (Step step : steps) {
      row = step.run(row);
      trace.append(' ').append(step.label()).append(' ').append(row);
    }
    return trace.toString();
  }

  /** The operations on one input, last to first, such as {@code 264 by inc from 153}. */
  public String backwards(String input) {
    List<String> parts = new ArrayList<>();
    String row = input;
    for (Step step : steps) {
      String next = step.run(row);
      parts.add(next + " by " + step.label() + " from " + row);
      row = next;
    }
    Collections.reverse(parts);
    return String.join(", ", parts);
  }
}
