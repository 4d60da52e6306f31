package dev.alluvium.judges.number;

import dev.alluvium.judges.text.Clauses;
import dev.alluvium.judges.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the final answer of a text about numbers. In this order: what is boxed, marked by {@code
 * ####} or announced by "the answer is"; the whole text or its last or first line when that is
 * nothing but a number; else the last number, as GSM8K is commonly scored.
 */
final class NumberReader {
  /** Answers stand at the end; a longer text is read from there. */
  private static final int WINDOW = 16_384;

  private static final int MAX_LINE = 120;

  private NumberReader() {}

  /**
   * What was read.
   *
   * @param answer the answer, or null
   * @param hedged true when the text offers another one beside it
   * @param how where it was found, for people
   */
  record Reading(@Nullable NumericAnswer answer, boolean hedged, String how) {
    static Reading nothing(String how) {
      return new Reading(null, false, how);
    }
  }

  /** All numbers of the announced answer or the last sentence, as a list. */
  static Optional<NumericAnswer> allOfLastSentence(String text) {
    String window = text.length() > WINDOW ? text.substring(text.length() - WINDOW) : text;
    String sentence =
        Clauses.announced(window)
            .map(Clauses.Announced::sentence)
            .orElseGet(() -> Clauses.lastSentence(window));
    List<NumericAnswer> numbers = new ArrayList<>();
    for (NumberScanner.Token token :
        NumberScanner.scan(Latex.plain(Texts.unmarked(sentence)), true)) {
      numbers.add(token.answer());
    }
    return numbers.size() < 2
        ? Optional.empty()
        : Optional.of(new NumericAnswer.Several(List.copyOf(numbers), false, ""));
  }

  /** The last bracketed list of a text, for golds that are lists; empty when there is none. */
  static Optional<NumericAnswer> lastList(String text) {
    String window = text.length() > WINDOW ? text.substring(text.length() - WINDOW) : text;
    String plain = Latex.plain(Texts.unmarked(Clauses.afterThinking(window)));
    int close =
        Math.max(plain.lastIndexOf(')'), Math.max(plain.lastIndexOf(']'), plain.lastIndexOf('}')));
    int depth = 0;
    for (int i = close; i >= Math.max(0, close - MAX_LINE); i--) {
      char c = plain.charAt(i);
      depth += ")]}".indexOf(c) >= 0 ? 1 : "([{".indexOf(c) >= 0 ? -1 : 0;
      if (depth == 0) {
        return WholeAnswer.number(plain.substring(i, close + 1))
            .filter(answer -> answer instanceof NumericAnswer.Several);
      }
    }
    return Optional.empty();
  }

  /** The final answer of a text. */
  static Reading read(String text) {
    String thought = Clauses.afterThinking(text);
    String window =
        thought.length() > WINDOW ? thought.substring(thought.length() - WINDOW) : thought;
    Optional<Clauses.Announced> announced = Clauses.announced(window);
    if (announced.isPresent()) {
      if (announced.get().onlyDenies()) {
        return Reading.nothing("says only what the answer is not");
      }
      Reading reading = announced(announced.get());
      if (reading.answer() != null) {
        return reading;
      }
    }
    return unannounced(window, thought);
  }

  private static Reading announced(Clauses.Announced found) {
    if (found.boxed()) {
      Optional<NumericAnswer> boxed = WholeAnswer.numberOrSymbols(found.text());
      return new Reading(boxed.orElse(null), false, "the box");
    }
    String clause = WholeAnswer.trimmed(Latex.plain(Texts.unmarked(found.sentence())));
    Optional<NumericAnswer> whole = equation(clause).or(() -> WholeAnswer.number(clause));
    if (whole.isPresent()) {
      return new Reading(whole.get(), false, "the announced answer");
    }
    return first(clause);
  }

  /**
   * "3 + 4 = 7" and "x = 7 because ...": what stands behind the sign, when no prose is before it.
   */
  private static Optional<NumericAnswer> equation(String clause) {
    int at = clause.lastIndexOf('=');
    if (at < 0 || WholeAnswer.isProse(clause.substring(0, at))) {
      return Optional.empty();
    }
    String behind = clause.substring(at + 1);
    Optional<NumericAnswer> whole = WholeAnswer.number(behind);
    if (whole.isPresent()) {
      return whole;
    }
    List<NumberScanner.Token> tokens = NumberScanner.scan(behind, false);
    return tokens.isEmpty() ? Optional.empty() : Optional.of(tokens.get(0).answer());
  }

  private static Reading first(String clause) {
    List<NumberScanner.Token> tokens = NumberScanner.scan(clause, true);
    for (int i = 0; i < tokens.size(); i++) {
      NumberScanner.Token token = tokens.get(i);
      if (denied(clause, token.start())) {
        continue;
      }
      boolean hedged = i + 1 < tokens.size() && alternatives(clause, token, tokens.get(i + 1));
      Optional<Quantity> calculated = chain(clause.substring(token.start()));
      NumericAnswer answer = calculated.isPresent() ? calculated.get() : token.answer();
      return new Reading(answer, hedged, "the announced answer");
    }
    return Reading.nothing("no number in the announced answer");
  }

  /** A calculation at the beginning of a clause, such as "3 + 4 apples". */
  private static Optional<Quantity> chain(String clause) {
    int end = 0;
    while (end < clause.length() && " 0123456789.+-*/^()".indexOf(clause.charAt(end)) >= 0) {
      end++;
    }
    String chain = clause.substring(0, end).strip();
    boolean calculates =
        chain.chars().anyMatch(c -> "+*/^".indexOf(c) >= 0) || chain.contains(" - ");
    return calculates ? Expression.evaluate(chain) : Optional.empty();
  }

  private static Reading unannounced(String window, String whole) {
    List<String> lines = window.lines().map(String::strip).filter(Texts::saysSomething).toList();
    if (lines.isEmpty()) {
      return Reading.nothing("no answer");
    }
    List<String> alone = new ArrayList<>();
    alone.add(lines.get(lines.size() - 1));
    if (whole.length() == window.length()) {
      alone.add(lines.get(0));
    }
    alone.replaceAll(line -> line.replaceFirst("(?<=\\S)\\s+\\([^()]{0,80}\\)[.]?$", ""));
    for (String line : alone) {
      Optional<NumericAnswer> answer =
          line.length() <= MAX_LINE ? WholeAnswer.number(line) : Optional.empty();
      if (answer.isPresent()) {
        return new Reading(answer.get(), false, "a line of its own");
      }
    }
    return last(window);
  }

  private static Reading last(String window) {
    String plain = Latex.plain(Texts.unmarked(window));
    List<NumberScanner.Token> tokens = NumberScanner.scan(plain, false);
    if (tokens.isEmpty()) {
      tokens = NumberScanner.scan(plain, true);
    }
    for (int i = tokens.size() - 1; i >= 0; i--) {
      NumberScanner.Token token = tokens.get(i);
      if (enumerates(plain, token) || denied(plain, token.start())) {
        continue;
      }
      boolean hedged = i > 0 && alternatives(plain, tokens.get(i - 1), token);
      return new Reading(token.answer(), hedged, "the last number");
    }
    return Reading.nothing("no number");
  }

  /** The 2 of a line "2. Then add them." */
  private static boolean enumerates(String text, NumberScanner.Token token) {
    boolean atStart = token.start() == 0 || text.charAt(token.start() - 1) == '\n';
    int end = token.end();
    return atStart
        && end + 1 < text.length()
        && (text.charAt(end) == '.' || text.charAt(end) == ')')
        && text.charAt(end + 1) == ' ';
  }

  private static boolean denied(String text, int start) {
    String before = text.substring(Math.max(0, start - 8), start).toLowerCase(Locale.ROOT);
    return before.endsWith("not ") || before.endsWith("n't ") || before.endsWith("not $");
  }

  /** "12 or 13": two numbers with nothing but "or" and a few words between them. */
  private static boolean alternatives(String text, NumberScanner.Token a, NumberScanner.Token b) {
    String between = text.substring(a.end(), Math.max(a.end(), b.start())).toLowerCase(Locale.ROOT);
    if (between.length() > 30 || between.contains(".") || between.contains("\n")) {
      return false;
    }
    String padded = " " + between.replaceAll("[^a-z]+", " ") + " ";
    return padded.contains(" or ") && !a.answer().toString().equals(b.answer().toString());
  }
}
