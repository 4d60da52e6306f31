package dev.alluvium.judges.polar;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Judge;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.text.Texts;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Accepts a text that says yes, no or maybe as gold does, whatever it explains: the scoring of
 * BoolQ (arXiv 1905.10044) and of PubMedQA's three classes (arXiv 1909.06146). True counts as yes
 * and false as no.
 */
public final class PolarJudge implements Judge {
  private static final Pattern ASKED =
      Pattern.compile("(?i)\\b(?:yes|true)\\b\\W{0,3}(?:or |and )?\\W{0,3}(?:no|false)\\b");

  @Override
  public String name() {
    return "yesno";
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
    return gold(question).isPresent();
  }

  @Override
  public Verdict judge(Question question, Attempt attempt) {
    Optional<Polarity> gold = gold(question);
    if (gold.isEmpty()) {
      return Verdict.error(
          this,
          Reason.BAD_GOLD,
          "gold is no yes, no or maybe: " + Texts.excerpt(question.shortGold()));
    }
    PolarReader.Reading reading = PolarReader.read(attempt.text());
    if (reading.hedged()) {
      return Verdict.rejected(this, Reason.HEDGED, "says more than one; gold " + word(gold.get()));
    }
    if (reading.polarity().isEmpty()) {
      return Verdict.rejected(this, Reason.UNREAD, "says none of them; gold " + word(gold.get()));
    }
    String evidence =
        "read %s; gold %s".formatted(word(reading.polarity().get()), word(gold.get()));
    return reading.polarity().equals(gold)
        ? Verdict.accepted(this, Reason.EQUAL, evidence)
        : Verdict.rejected(this, Reason.DIFFERENT, evidence);
  }

  /**
   * Without a canonical answer, a response that begins with the word counts when the question asks
   * for the word: else its explanation is part of what is right.
   */
  private static Optional<Polarity> gold(Question question) {
    String answer = question.answer();
    if (answer != null) {
      return PolarReader.canonical(answer);
    }
    Optional<Polarity> whole = PolarReader.canonical(question.gold());
    boolean asked = ASKED.matcher(question.instruction()).find();
    return whole.isEmpty()
            && asked
            && question.gold().strip().matches("(?is)(yes|no|maybe|true|false)\\s*[,.;:].*")
        ? PolarReader.read(question.gold()).polarity()
        : whole;
  }

  private static String word(Polarity polarity) {
    return polarity.name().toLowerCase(Locale.ROOT);
  }
}
