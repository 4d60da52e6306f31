package dev.alluvium.judges.number;

import java.util.List;
import java.util.stream.Collectors;

/** What a text gives as its answer to a question about numbers. */
sealed interface NumericAnswer
    permits Quantity,
        NumericAnswer.Several,
        NumericAnswer.Range,
        NumericAnswer.Colon,
        NumericAnswer.Symbols {

  /**
   * Several answers.
   *
   * @param ordered true for a tuple or an interval, whose order counts
   * @param brackets the brackets around it, or empty
   */
  record Several(List<NumericAnswer> parts, boolean ordered, String brackets)
      implements NumericAnswer {
    @Override
    public String toString() {
      String all = parts.stream().map(String::valueOf).collect(Collectors.joining(", "));
      return brackets.isEmpty() ? all : brackets.charAt(0) + all + brackets.charAt(1);
    }
  }

  /** From one number to another. */
  record Range(Quantity low, Quantity high) implements NumericAnswer {
    @Override
    public String toString() {
      return low + " to " + high;
    }
  }

  /**
   * A ratio or a time of day: numbers with colons.
   *
   * @param half {@code am}, {@code pm} or empty
   */
  record Colon(String numbers, String half) implements NumericAnswer {
    @Override
    public String toString() {
      return numbers + half;
    }
  }

  /** An expression that is no number, in normal form; compared sign by sign. */
  record Symbols(String text) implements NumericAnswer {
    @Override
    public String toString() {
      return text;
    }
  }
}
