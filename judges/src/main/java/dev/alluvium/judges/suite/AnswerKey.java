package dev.alluvium.judges.suite;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges an answer by the value after its last answer mark ({@code =}, {@code answer} or {@code
 * result}); nothing before the mark counts, and nothing may follow the value.
 *
 * @param kind how a value is read
 * @param answer the right value, as wording A writes it
 * @param tests for a program what it must do, such as {@code 351>153}; else empty
 */
public record AnswerKey(Kind kind, String answer, List<String> tests) {
  private static final Pattern MARK = Pattern.compile("(?<!\\S)(?:=|answer|result)(?!\\S)");
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern LETTERS = Pattern.compile("[a-z](?: [a-z])*");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final Pattern WORD = Pattern.compile("[a-z]+(?: [a-z])*");

  public AnswerKey {
    tests = List.copyOf(tests);
  }

  /**
   * The key of a pair of the suite.
   *
   * @param answer the right value, whose looks say how a value is read
   * @param tests for a program what it must do; else empty
   */
  public static AnswerKey of(String answer, List<String> tests) {
    return new AnswerKey(tests.isEmpty() ? kind(answer) : Kind.PROGRAM, answer, tests);
  }

  private static Kind kind(String answer) {
    if (NUMBER.matcher(answer).matches()) {
      return Kind.NUMBER;
    }
    if (LETTERS.matcher(answer).matches()) {
      return Kind.LETTERS;
    }
    return WORD.matcher(answer).matches() ? Kind.WORD : Kind.EXACT;
  }

  /** How a value is read, so that equal values in different spellings are equal. */
  public enum Kind {
    /** Letters with spaces between them; capitals are the same letters. */
    LETTERS,
    /** A whole number in digits, or each of its digits by name. */
    NUMBER,
    /** A word, or its letters one by one. */
    WORD,
    /** Names of operations, run on the tests. */
    PROGRAM,
    /** The text itself. */
    EXACT;

    /** The name in files. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether the text gives the right value. */
  public boolean accepts(String text) {
    return value(text).filter(this::isRight).isPresent();
  }

  /** What stands after the last mark, spaces made single; empty without a mark. */
  public static Optional<String> value(String text) {
    Matcher marks = MARK.matcher(text);
    int end = -1;
    while (marks.find()) {
      end = marks.end();
    }
    return end < 0
        ? Optional.empty()
        : Optional.of(SPACES.matcher(text.substring(end)).replaceAll(" ").strip());
  }

  private boolean isRight(String value) {
    if (kind == Kind.PROGRAM) {
      return Program.read(value).filter(program -> program.passes(tests)).isPresent();
    }
    Optional<String> read = canonical(value);
    return read.isPresent() && read.equals(canonical(answer));
  }

  private Optional<String> canonical(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    return switch (kind) {
      case LETTERS -> matching(LETTERS, lower);
      case WORD -> matching(WORD, lower).map(word -> word.replace(" ", ""));
      case NUMBER ->
          matching(NUMBER, lower)
              .or(() -> Digits.read(lower).flatMap(digits -> matching(NUMBER, digits)))
              .map(digits -> Integer.toString(Integer.parseInt(digits)));
      case EXACT, PROGRAM -> value.isEmpty() ? Optional.empty() : Optional.of(value);
    };
  }

  private static Optional<String> matching(Pattern pattern, String value) {
    return pattern.matcher(value).matches() ? Optional.of(value) : Optional.empty();
  }
}
