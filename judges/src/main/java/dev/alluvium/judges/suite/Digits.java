package dev.alluvium.judges.suite;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Digits and their names. */
public final class Digits {
  private static final List<String> NAMES =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");

  private Digits() {}

  /** Every digit by its name, such as {@code four seven} for 47. */
  public static String spelt(String number) {
    return number
        .chars()
        .mapToObj(digit -> NAMES.get(Character.digit(digit, 10)))
        .collect(Collectors.joining(" "));
  }

  /** The digits that names stand for; empty when a word is no such name. */
  static Optional<String> read(String names) {
    StringBuilder digits = new StringBuilder();
    for (String name : names.split(" ")) {
      int digit = NAMES.indexOf(name);
      if (digit < 0) {
        return Optional.empty();
      }
      digits.append(digit);
    }
    return Optional.of(digits.toString());
  }
}
