package dev.alluvium.judges.similarity;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Decision;
import dev.alluvium.judges.Judge;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.text.CommonSubsequence;
import dev.alluvium.judges.text.Texts;
import dev.alluvium.judges.text.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Accepts a long text that says again enough of gold in gold's order: ROUGE-L with beta 1 (Lin
 * 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", section 3.1) of at least 0.5,
 * with no other numbers and no other denials. It compares words, not meanings: right answers in
 * other words are rejected, and their pairs keep gold.
 */
public final class SimilarityJudge implements Judge {
  private static final double ENOUGH = 0.5;
  private static final Set<String> DENIALS =
      Set.of("not", "no", "never", "none", "cannot", "without", "neither", "nor");

  @Override
  public String name() {
    return "similarity";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public boolean reads(Question question) {
    return Texts.saysSomething(question.gold());
  }

  @Override
  public Verdict judge(Question question, Attempt attempt) {
    List<String> gold = words(question.gold());
    List<String> given = words(attempt.text());
    if (gold.isEmpty()) {
      return Verdict.error(this, Reason.BAD_GOLD, "no words in gold");
    }
    double score = CommonSubsequence.f(gold, given);
    String evidence = "ROUGE-L %.2f of %.2f".formatted(score, ENOUGH);
    if (score < ENOUGH) {
      return Verdict.of(this, Decision.REJECTED, Reason.DIFFERENT, score, evidence);
    }
    Set<String> missing = numbers(gold);
    Set<String> added = numbers(given);
    Set<String> common = new HashSet<>(missing);
    common.retainAll(added);
    missing.removeAll(common);
    added.removeAll(common);
    if (!added.isEmpty()) {
      return Verdict.of(
          this,
          Decision.REJECTED,
          Reason.DIFFERENT,
          score,
          evidence + ", but it has the number " + added.iterator().next());
    }
    if (denials(gold) % 2 != denials(given) % 2) {
      return Verdict.of(
          this,
          Decision.REJECTED,
          Reason.DIFFERENT,
          score,
          evidence + ", but one of them denies more");
    }
    return Verdict.of(this, Decision.ACCEPTED, Reason.SIMILAR, score, evidence);
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (Words.Word word : Words.of(Texts.folded(Texts.plain(text)))) {
      words.add(word.text().toLowerCase(Locale.ROOT));
    }
    return words;
  }

  private static Set<String> numbers(List<String> words) {
    Set<String> numbers = new HashSet<>();
    for (String word : words) {
      if (Character.isDigit(word.charAt(0))) {
        numbers.add(word);
      }
    }
    return numbers;
  }

  private static long denials(List<String> words) {
    return words.stream().filter(word -> DENIALS.contains(word) || word.endsWith("n't")).count();
  }
}
