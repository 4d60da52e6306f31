package dev.alluvium.judges.span;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Decision;
import dev.alluvium.judges.Judge;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.text.Clauses;
import dev.alluvium.judges.text.CommonSubsequence;
import dev.alluvium.judges.text.Texts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Accepts a short span: equal to gold in SQuAD's normal form (arXiv 1606.05250), or with a token F1
 * of at least 0.8 and no word that turns the meaning round, or a sentence that gives gold as its
 * answer. Several golds may be right, as in Natural Questions; the best one counts.
 */
public final class SpanJudge implements Judge {
  private static final Pattern WHO = Pattern.compile("(?i)^\\W*(?:who|whose|whom)\\b");
  private static final Pattern DENIES = Pattern.compile("(?i)\\bnot\\b|n't\\b|\\bnever\\b");
  private static final double ENOUGH = 0.8;
  private static final int MAX_GOLD_WORDS = 32;
  private static final int TURNED = 5;
  private static final double IN_ORDER = 0.7;

  /** An answer longer than this is no short span; only what it announces is read. */
  private static final int MAX_CHARS = 4_000;

  @Override
  public String name() {
    return "span";
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
    String gold = question.shortGold();
    int size = gold.length() > MAX_CHARS ? Integer.MAX_VALUE : SpanForm.of(gold).tokens().size();
    boolean symbols = !gold.isBlank() && gold.length() <= MAX_CHARS && size == 0;
    return symbols || (size >= 1 && size <= MAX_GOLD_WORDS);
  }

  @Override
  public Verdict judge(Question question, Attempt attempt) {
    Set<String> golds = new LinkedHashSet<>();
    golds.add(question.shortGold());
    golds.addAll(question.accept());
    golds.removeIf(String::isBlank);
    if (golds.isEmpty()) {
      return Verdict.error(this, Reason.BAD_GOLD, "gold is empty");
    }
    for (String gold : golds) {
      if (attempt.text().length() <= MAX_CHARS
          && !SpanForm.of(gold).tokens().isEmpty()
          && SpanForm.of(gold).equals(SpanForm.of(attempt.text()))) {
        return Verdict.accepted(this, Reason.EQUAL, evidence("equal", attempt.text(), gold));
      }
    }
    boolean who = WHO.matcher(question.instruction()).find();
    List<String> spans = spans(attempt.text());
    double best = 0;
    for (String gold : golds) {
      for (String span : spans) {
        Match match = match(gold, span, question.instruction(), who);
        if (match.accepted) {
          return Verdict.of(
              this,
              Decision.ACCEPTED,
              match.score == 1 ? Reason.EQUAL : Reason.SIMILAR,
              match.score,
              evidence(match.how, span, gold));
        }
        best = Math.max(best, match.score);
      }
    }
    String span = spans.isEmpty() ? "" : spans.get(0);
    return Verdict.of(
        this,
        Decision.REJECTED,
        spans.isEmpty() ? Reason.UNREAD : Reason.DIFFERENT,
        Math.min(best, 0.99),
        evidence("no match", span, question.shortGold()));
  }

  private static String evidence(String how, String span, String gold) {
    return "%s: read '%s'; gold '%s'".formatted(how, Texts.excerpt(span), Texts.excerpt(gold));
  }

  /** What may be the answer: what is announced, else the whole text. */
  private static List<String> spans(String text) {
    String thought = Clauses.afterThinking(text).strip();
    List<String> spans = new ArrayList<>();
    String tail =
        thought.length() > MAX_CHARS ? thought.substring(thought.length() - MAX_CHARS) : thought;
    Optional<Clauses.Announced> announced = Clauses.announced(tail);
    if (announced.isPresent() && !announced.get().onlyDenies()) {
      spans.add(announced.get().text().strip());
      spans.add(announced.get().sentence().strip());
    } else if (announced.isEmpty() && thought.length() <= MAX_CHARS) {
      spans.add(thought);
    }
    spans.removeIf(String::isBlank);
    return spans;
  }

  private record Match(boolean accepted, double score, String how) {}

  /** Shakespeare for William Shakespeare, when a person is asked for. */
  private static boolean isLastName(String last, String full) {
    String[] names = Texts.squeezed(Texts.plain(full)).replaceAll("[.!?]+$", "").split(" ", -1);
    boolean person = names.length == 2 || names.length == 3;
    for (String name : names) {
      person &= !name.isEmpty() && Character.isUpperCase(name.charAt(0));
    }
    return person && SpanForm.of(names[names.length - 1]).equals(SpanForm.of(last));
  }

  /** F1 knows no order: names and dates may be turned round, sentences may not. */
  private static boolean inOrder(SpanForm gold, SpanForm given) {
    return gold.tokens().size() <= TURNED
        || CommonSubsequence.f(gold.tokens(), given.tokens()) >= IN_ORDER;
  }

  private static Match match(String gold, String span, String instruction, boolean who) {
    SpanForm a = SpanForm.of(gold);
    SpanForm b = SpanForm.of(span);
    if (a.tokens().isEmpty()) {
      String bare = Texts.squeezed(span);
      return new Match(
          bare.equals(Texts.squeezed(gold)), bare.equals(Texts.squeezed(gold)) ? 1 : 0, "signs");
    }
    if (a.equals(b)
        || SpanForm.joined(gold).equals(SpanForm.joined(span))
        || a.text().replace(" ", "").equals(b.text().replace(" ", ""))) {
      return new Match(true, 1, "equal");
    }
    Optional<Dates.Date> goldDate = Dates.of(gold);
    Optional<Dates.Date> givenDate =
        Dates.of(span)
            .or(
                () ->
                    goldDate.isPresent() && !DENIES.matcher(span).find()
                        ? Dates.only(span)
                        : Optional.empty());
    if (goldDate.isPresent() && givenDate.isPresent()) {
      boolean same = goldDate.get().same(givenDate.get());
      return new Match(same, same ? 1 : 0, "dates");
    }
    if (who && (isLastName(gold, span) || isLastName(span, gold))) {
      return new Match(true, Math.max(a.f1(b), ENOUGH), "a person's last name");
    }
    double f1 = a.f1(b);
    if (f1 >= ENOUGH && inOrder(a, b) && !Contradiction.between(a, b)) {
      return new Match(true, f1, "F1");
    }
    return Containment.holds(
            gold, span, SpanForm.of(instruction.length() > MAX_CHARS ? "" : instruction))
        ? new Match(true, Math.max(f1, ENOUGH), "contained")
        : new Match(false, f1, "no match");
  }
}
