package dev.alluvium.judges.number;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads English number words: twenty-five, one hundred and five, three quarters, minus two. */
public final class NumberWords {
  private static final List<String> SMALL =
      List.of(
          "zero",
          "one",
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen",
          "seventeen",
          "eighteen",
          "nineteen");
  private static final List<String> TENS =
      List.of("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");
  private static final List<String> ORDINALS =
      List.of(
          "zeroth",
          "first",
          "second",
          "third",
          "fourth",
          "fifth",
          "sixth",
          "seventh",
          "eighth",
          "ninth",
          "tenth",
          "eleventh",
          "twelfth",
          "thirteenth",
          "fourteenth",
          "fifteenth",
          "sixteenth",
          "seventeenth",
          "eighteenth",
          "nineteenth",
          "twentieth");
  private static final Map<String, Long> SCALES =
      Map.of(
          "thousand",
          1_000L,
          "million",
          1_000_000L,
          "billion",
          1_000_000_000L,
          "trillion",
          1_000_000_000_000L);
  private static final Map<String, Integer> PARTS =
      Map.of(
          "half",
          2,
          "halves",
          2,
          "third",
          3,
          "thirds",
          3,
          "quarter",
          4,
          "quarters",
          4,
          "fourths",
          4,
          "fifths",
          5,
          "eighths",
          8);

  private NumberWords() {}

  /** Factor of a scale word such as million, or empty. */
  static Optional<Rational> scale(String word) {
    Long factor = SCALES.get(word.toLowerCase(Locale.ROOT));
    if (factor == null) {
      return switch (word.toLowerCase(Locale.ROOT)) {
        case "hundred" -> Optional.of(Rational.of(100));
        case "dozen" -> Optional.of(Rational.of(12));
        default -> Optional.empty();
      };
    }
    return Optional.of(Rational.of(factor));
  }

  /**
   * Digits of a single word below one hundred, such as {@code 7} for seven and seventh; the word
   * otherwise.
   */
  public static String digits(String word) {
    int small = Math.max(SMALL.indexOf(word), ORDINALS.indexOf(word));
    int tens = TENS.indexOf(word);
    return small >= 0 ? "" + small : tens >= 0 ? "" + (tens + 2) * 10 : word;
  }

  /** A number read from the front of some words. */
  record Reading(Rational value, int words) {}

  /** Reads as many of the words as belong to one number; empty when the first does not. */
  static Optional<Reading> read(List<String> words) {
    long total = 0;
    long group = 0;
    int used = 0;
    boolean any = false;
    for (int i = 0; i < words.size() && i < 16; i++) {
      String word = words.get(i);
      int small = SMALL.indexOf(word);
      int tens = TENS.indexOf(word);
      if (small >= 0 && (group % 10 == 0 || !any) && (group % 100 == 0 || small < 10)) {
        group += small;
      } else if (tens >= 0 && group % 100 == 0) {
        group += (tens + 2) * 10L;
      } else if (word.equals("hundred") && any && group < 100) {
        group *= 100;
      } else if (SCALES.containsKey(word)
          && any
          && total < Long.MAX_VALUE / 1_000_000_000_000_000L) {
        total += group * SCALES.getOrDefault(word, 1L);
        group = 0;
      } else if (word.equals("dozen") && any) {
        group *= 12;
      } else if (any && PARTS.containsKey(word) && group > 0) {
        return Optional.of(
            new Reading(Rational.of(total + group, PARTS.getOrDefault(word, 1)), i + 1));
      } else if (word.equals("and")
          && any
          && i + 1 < words.size()
          && continues(words.get(i + 1))
          && (group == 0 || group % 100 == 0)) {
        continue;
      } else {
        break;
      }
      any = true;
      used = i + 1;
    }
    if (!any && !words.isEmpty() && words.get(0).equals("half")) {
      return Optional.of(new Reading(Rational.of(1, 2), 1));
    }
    return any ? Optional.of(new Reading(Rational.of(total + group), used)) : Optional.empty();
  }

  private static boolean continues(String word) {
    return SMALL.contains(word) || TENS.contains(word);
  }
}
