package dev.alluvium.judges.number;

import dev.alluvium.judges.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads a text that is nothing but an answer, such as a canonical answer or what a box holds. */
final class WholeAnswer {
  private static final int MAX_LENGTH = 400;
  private static final int MAX_PARTS = 64;
  private static final int MAX_NESTING = 4;
  private static final Set<String> HEDGES =
      Set.of(
          "about",
          "approximately",
          "around",
          "roughly",
          "exactly",
          "only",
          "approx",
          "just",
          "~",
          "≈");
  private static final Set<String> MONTHS =
      Set.of(
          "january",
          "february",
          "march",
          "april",
          "may",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december",
          "jan",
          "feb",
          "mar",
          "apr",
          "jun",
          "jul",
          "aug",
          "sep",
          "sept",
          "oct",
          "nov",
          "dec",
          "ad",
          "bc",
          "ce",
          "bce");

  private WholeAnswer() {}

  /** The number, list or range a text is; empty when it is none of them. */
  static Optional<NumericAnswer> number(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    return numberIn(trimmed(Latex.plain(Texts.unmarked(text))), 0);
  }

  /** As {@link #number}, and where there is no number the expression itself. */
  static Optional<NumericAnswer> numberOrSymbols(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String plain = trimmed(Latex.plain(Texts.unmarked(text)));
    return plain.isEmpty()
        ? Optional.empty()
        : Optional.of(numberIn(plain, 0).orElseGet(() -> symbols(plain)));
  }

  private static NumericAnswer symbols(String plain) {
    return new NumericAnswer.Symbols(
        afterEquals(plain)
            .replaceAll("\\s+|\\*|\\\\,", "")
            .replaceAll("\\(([A-Za-z0-9]+)\\)", "$1"));
  }

  private static Optional<NumericAnswer> numberIn(String plain, int nesting) {
    String text = withoutHedge(trimmed(afterEquals(withoutMembership(plain))));
    if (text.isEmpty() || nesting > MAX_NESTING) {
      return Optional.empty();
    }
    char first = text.charAt(0);
    char last = text.charAt(text.length() - 1);
    boolean bracketed = "([{".indexOf(first) >= 0 && ")]}".indexOf(last) >= 0 && closesAtEnd(text);
    if (bracketed) {
      String inside = text.substring(1, text.length() - 1);
      List<String> parts = split(inside);
      if (parts.size() > 1 || first != '(') {
        return several(parts, first != '{', "" + first + last, nesting);
      }
      Optional<NumericAnswer> inner = numberIn(inside, nesting + 1);
      if (inner.isPresent()) {
        return inner;
      }
    }
    Optional<NumericAnswer> single = single(text);
    if (single.isPresent()) {
      return single;
    }
    List<String> parts = split(text);
    return parts.size() > 1 ? several(parts, false, "", nesting) : Optional.empty();
  }

  private static boolean closesAtEnd(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      if (depth == 0) {
        return i == text.length() - 1;
      }
    }
    return false;
  }

  private static Optional<NumericAnswer> several(
      List<String> parts, boolean ordered, String brackets, int nesting) {
    if (parts.size() > MAX_PARTS) {
      return Optional.empty();
    }
    List<NumericAnswer> answers = new ArrayList<>();
    for (String part : parts) {
      Optional<NumericAnswer> answer = numberIn(part, nesting + 1);
      if (answer.isEmpty()) {
        if (brackets.isEmpty()) {
          return Optional.empty();
        }
        answer = Optional.of(symbols(part));
      }
      answers.add(answer.get());
    }
    return Optional.of(new NumericAnswer.Several(List.copyOf(answers), ordered, brackets));
  }

  /** One number with its unit and at most two words of what is counted, or an expression. */
  private static Optional<NumericAnswer> single(String text) {
    List<NumberScanner.Token> tokens = NumberScanner.scan(text, true);
    if (tokens.size() == 1) {
      NumberScanner.Token token = tokens.get(0);
      boolean range = token.answer() instanceof NumericAnswer.Range;
      String before = text.substring(0, token.start()).strip().toLowerCase(Locale.ROOT);
      boolean begins =
          before.isEmpty() || (range && (before.equals("between") || before.equals("from")));
      if (begins && onlyCounts(text.substring(token.end())) && !isOrdinal(text, token.end())) {
        return Optional.of(token.answer());
      }
    }
    return Expression.evaluate(text).map(quantity -> quantity);
  }

  /** The 12th of something is a name. */
  private static boolean isOrdinal(String text, int end) {
    return end < text.length()
        && end > 2
        && text.substring(end - 3, end).matches("\\d(?:st|nd|rd|th)");
  }

  /** Nothing, or one or two lower-case words such as "apples" that are no month or era. */
  private static boolean onlyCounts(String rest) {
    String words = rest.strip();
    if (words.isEmpty()) {
      return true;
    }
    String[] parts = words.split(" ", -1);
    if (parts.length > 2) {
      return false;
    }
    for (String part : parts) {
      boolean lower =
          !part.isEmpty() && part.chars().allMatch(c -> Character.isLowerCase(c) || c == '-');
      if (!lower || MONTHS.contains(part) || part.length() < 3) {
        return false;
      }
    }
    return true;
  }

  /**
   * Parts between commas and "and" outside brackets; a comma between digits separates thousands.
   */
  private static List<String> split(String text) {
    String marked = text.replace(" and ", ", ").replace(",,", ",").replace(";", ", ");
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < marked.length(); i++) {
      char c = marked.charAt(i);
      depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      if (c == ',' && depth == 0 && !thousands(marked, i)) {
        parts.add(marked.substring(from, i).strip());
        from = i + 1;
      }
    }
    parts.add(marked.substring(from).strip());
    parts.removeIf(String::isEmpty);
    return parts;
  }

  private static boolean thousands(String text, int comma) {
    if (comma == 0 || !Character.isDigit(text.charAt(comma - 1)) || comma + 3 >= text.length()) {
      return false;
    }
    for (int i = comma + 1; i <= comma + 3; i++) {
      if (!Character.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return comma + 4 >= text.length() || !Character.isDigit(text.charAt(comma + 4));
  }

  /** x ∈ [1, 3) says what [1, 3) says. */
  private static String withoutMembership(String text) {
    int at = Math.max(text.indexOf("\\in "), text.indexOf("∈"));
    boolean variable = at > 0 && text.substring(0, at).strip().length() == 1;
    return variable
        ? text.substring(
            text.indexOf(' ', at) < 0 ? at + 1 : Math.max(at + 1, text.indexOf(' ', at)))
        : text;
  }

  /** What stands behind the last sign of equality, when it is one. */
  private static String afterEquals(String text) {
    int at = Math.max(text.lastIndexOf('='), text.lastIndexOf('≈'));
    boolean equality =
        at >= 0
            && (at == 0 || "<>!".indexOf(text.charAt(at - 1)) < 0)
            && !isProse(text.substring(0, at));
    return equality ? text.substring(at + 1).strip() : text;
  }

  /** Words that are neither units nor names of variables: what follows is no result by itself. */
  static boolean isProse(String text) {
    for (String word : text.split("[^A-Za-z]+", -1)) {
      if (word.length() > 2 && Unit.named(word) == null && !word.equals("sqrt")) {
        return true;
      }
    }
    return false;
  }

  private static String withoutHedge(String text) {
    String rest = text;
    for (int space = rest.indexOf(' '); space > 0; space = rest.indexOf(' ')) {
      if (!HEDGES.contains(rest.substring(0, space).toLowerCase(Locale.ROOT))) {
        break;
      }
      rest = rest.substring(space + 1);
    }
    return rest.startsWith("~") || rest.startsWith("≈") ? rest.substring(1).strip() : rest;
  }

  static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to
        && (Character.isWhitespace(text.charAt(from)) || "\"'*:".indexOf(text.charAt(from)) >= 0)) {
      from++;
    }
    while (to > from
        && (Character.isWhitespace(text.charAt(to - 1))
            || ".,;:\"'*?".indexOf(text.charAt(to - 1)) >= 0)) {
      to--;
    }
    return Texts.squeezed(text.substring(from, to));
  }
}
