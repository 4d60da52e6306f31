package dev.alluvium.judges;

import dev.alluvium.judges.text.Texts;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is settled before a judge is asked: a text that is empty or was cut off is never accepted,
 * and a paraphrase that speaks of the reference it was shown is none.
 */
final class Guards {
  /** Name in verdicts that no judge gave. */
  static final String NAME = "guard";

  static final int VERSION = 1;

  /** Phrases of a model that answers the request for a paraphrase instead of paraphrasing. */
  private static final List<String> LEAKS =
      List.of(
          "reference answer",
          "reference solution",
          "reference response",
          "the reference text",
          "provided answer",
          "provided solution",
          "given answer",
          "given solution",
          "gold answer",
          "gold response",
          "your response",
          "your own response",
          "my own response",
          "my response",
          "your answer:",
          "in my own words",
          "now it's your turn",
          "a paraphrase of",
          "paraphrased version",
          "paraphrased answer",
          "reworded version",
          "rephrased version");

  private static final String LEAK_AT_START = "your turn";

  private Guards() {}

  /** A verdict, when there is nothing left to judge. */
  static Optional<Verdict> check(Question question, Attempt attempt) {
    String text = attempt.text();
    if (attempt.finish() == Attempt.Finish.FAILED) {
      return verdict(Decision.ERROR, Reason.NO_TEXT, "the worker that should write it failed");
    }
    if (attempt.finish() == Attempt.Finish.TRUNCATED) {
      return verdict(Decision.REJECTED, Reason.TRUNCATED, "stopped at its greatest length");
    }
    if (!Texts.saysSomething(text) && !isSymbolic(question, text)) {
      return verdict(Decision.REJECTED, Reason.EMPTY, "no letter and no digit");
    }
    if (attempt.kind() == Attempt.Kind.PARAPHRASE) {
      return leak(question, text);
    }
    return Optional.empty();
  }

  /** Some answers are made of signs alone, such as the brackets that close a sequence. */
  private static boolean isSymbolic(Question question, String text) {
    return !text.isBlank() && !Texts.saysSomething(question.shortGold());
  }

  /** Words that gold says itself are no leak. */
  private static Optional<Verdict> leak(Question question, String text) {
    String lower = Texts.squeezed(Texts.plain(text)).toLowerCase(Locale.ROOT);
    String gold = Texts.squeezed(Texts.plain(question.gold())).toLowerCase(Locale.ROOT);
    for (String phrase : LEAKS) {
      if (lower.contains(phrase) && !gold.contains(phrase)) {
        return verdict(Decision.REJECTED, Reason.LEAK, "says '%s'".formatted(phrase));
      }
    }
    return lower.startsWith(LEAK_AT_START)
        ? verdict(Decision.REJECTED, Reason.LEAK, "begins with '%s'".formatted(LEAK_AT_START))
        : Optional.empty();
  }

  /** True when the text is the gold response, white space aside. */
  static boolean isCopy(Question question, Attempt attempt) {
    return Texts.squeezed(attempt.text()).equals(Texts.squeezed(question.gold()));
  }

  private static Optional<Verdict> verdict(Decision decision, Reason reason, String evidence) {
    return Optional.of(new Verdict(decision, reason, 0, evidence, NAME, VERSION, false));
  }
}
