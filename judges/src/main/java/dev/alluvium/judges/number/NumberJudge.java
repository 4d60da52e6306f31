package dev.alluvium.judges.number;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Judge;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.text.Clauses;
import dev.alluvium.judges.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Accepts a text whose final number has gold's value. Follows the scoring of GSM8K (the number
 * behind {@code ####} or the last one; arXiv 2110.14168) and of MATH (what {@code \boxed} holds;
 * arXiv 2103.03874), and compares values instead of strings.
 */
public final class NumberJudge implements Judge {
  @Override
  public String name() {
    return "number";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public boolean reads(Question question) {
    return !golds(question).isEmpty();
  }

  @Override
  public Verdict judge(Question question, Attempt attempt) {
    List<NumericAnswer> golds = golds(question);
    if (golds.isEmpty()) {
      return Verdict.error(
          this, Reason.BAD_GOLD, "no number in gold: " + Texts.excerpt(question.shortGold()));
    }
    NumericAnswer gold = golds.get(0);
    boolean fraction =
        gold instanceof Quantity quantity
            && quantity.exact() != null
            && !quantity.exact().isWhole();
    // "5 out of 36" is a fraction where gold is one, and elsewhere a 5.
    String text = fraction ? attempt.text().replace(" out of ", "/") : attempt.text();
    NumberReader.Reading reading = NumberReader.read(text);
    if (gold instanceof NumericAnswer.Several several
        && !(reading.answer() instanceof NumericAnswer.Several)) {
      Optional<NumericAnswer> list =
          several.brackets().isEmpty()
              ? NumberReader.allOfLastSentence(text)
              : NumberReader.lastList(text);
      reading =
          list.map(found -> new NumberReader.Reading(found, false, "a list at the end"))
              .orElse(reading);
    }
    return compared(question, attempt, golds, reading);
  }

  private Verdict compared(
      Question question, Attempt attempt, List<NumericAnswer> golds, NumberReader.Reading reading) {
    NumericAnswer given = reading.answer();
    Equality equality = new Equality(question.instruction());
    if (golds.stream().anyMatch(NumberJudge::isExpression)) {
      Optional<NumericAnswer> expression = lastExpression(attempt.text());
      if (expression.isPresent()
          && golds.stream().anyMatch(gold -> equality.same(gold, expression.get()))) {
        return Verdict.accepted(
            this,
            Reason.EQUAL,
            "read %s at the end; gold %s".formatted(expression.get(), golds.get(0)));
      }
    }
    if (given == null) {
      return Verdict.rejected(
          this, Reason.UNREAD, "%s; gold %s".formatted(reading.how(), golds.get(0)));
    }
    String evidence = "read %s as %s; gold %s".formatted(given, reading.how(), golds.get(0));
    if (reading.hedged()) {
      return Verdict.rejected(
          this, Reason.HEDGED, evidence + "; another number is offered beside it");
    }
    return golds.stream().anyMatch(gold -> equality.same(gold, given))
        ? Verdict.accepted(this, Reason.EQUAL, evidence)
        : Verdict.rejected(this, Reason.DIFFERENT, evidence);
  }

  private static boolean isExpression(NumericAnswer gold) {
    return gold instanceof NumericAnswer.Symbols
        || (gold instanceof Quantity quantity && quantity.exact() == null);
  }

  /** An expression that no box holds: behind the last sign of equality, or the last mathematics. */
  private static Optional<NumericAnswer> lastExpression(String text) {
    if (Clauses.announced(text).filter(Clauses.Announced::boxed).isPresent()) {
      return Optional.empty();
    }
    String sentence =
        Clauses.announced(text).map(Clauses.Announced::sentence).orElseGet(() -> lastLine(text));
    int close = sentence.lastIndexOf('$');
    int open = close <= 0 ? -1 : sentence.lastIndexOf('$', close - 1);
    return WholeAnswer.numberOrSymbols(open >= 0 ? sentence.substring(open + 1, close) : sentence);
  }

  private static String lastLine(String text) {
    String stripped = text.stripTrailing();
    return stripped.substring(stripped.lastIndexOf('\n') + 1);
  }

  /**
   * Gold's values: the canonical answer and what is accepted beside it, else the response's end.
   */
  private static List<NumericAnswer> golds(Question question) {
    List<NumericAnswer> golds = new ArrayList<>();
    String answer = question.answer();
    if (answer != null) {
      List<String> all = new ArrayList<>(List.of(answer));
      all.addAll(question.accept());
      for (String one : all) {
        Optional<NumericAnswer> number = ofCanonical(one);
        if (number.isEmpty()) {
          return List.of(); // "2006" beside "October 2006" is a span
        }
        golds.add(number.get());
      }
      return golds;
    }
    Optional<NumericAnswer> whole = ofCanonical(question.gold());
    if (whole.isPresent()) {
      golds.add(whole.get());
    } else if (Clauses.announced(question.gold()).isPresent()) {
      NumericAnswer read = NumberReader.read(question.gold()).answer();
      if (read != null) {
        golds.add(read);
      }
    }
    question.accept().forEach(other -> ofCanonical(other).ifPresent(golds::add));
    return golds;
  }

  private static Optional<NumericAnswer> ofCanonical(String text) {
    Optional<Clauses.Announced> marked =
        text.contains("\\boxed") || text.contains("####")
            ? Clauses.announced(text)
            : Optional.empty();
    String answer = marked.map(Clauses.Announced::text).orElse(text);
    Optional<NumericAnswer> number = WholeAnswer.number(answer);
    boolean signs = answer.contains("^") || answer.strip().startsWith("$");
    boolean mathematics =
        marked.isPresent() || answer.contains("\\") || (signs && !WholeAnswer.isProse(answer));
    return number.isPresent() || !mathematics ? number : WholeAnswer.numberOrSymbols(answer);
  }
}
