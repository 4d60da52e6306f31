package dev.alluvium.judges.choice;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Judge;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.text.Texts;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Accepts a text that takes gold's choice, by its letter or by its text, as MMLU (arXiv 2009.03300)
 * and AQuA (arXiv 1705.04146) are scored by generation. A letter with the text of another choice
 * contradicts itself and is rejected.
 */
public final class ChoiceJudge implements Judge {
  private static final Pattern LETTER = Pattern.compile("\\s*\\(?([A-Za-z])\\)?[.:]?\\s*");
  private static final Pattern LETTER_AND_TEXT =
      Pattern.compile("\\s*(?:\\(([A-Z])\\)|([A-Z])[).:])\\s+\\S[\\s\\S]*");

  @Override
  public String name() {
    return "choice";
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
    Choices choices = Choices.of(question);
    // Where the choices are not told, a gold that is nothing but a letter is one of them.
    boolean bracketed = question.shortGold().strip().matches("\\([A-Z]\\)|[A-J]");
    return (!choices.isEmpty() || bracketed) && gold(question, choices).isPresent();
  }

  @Override
  public Verdict judge(Question question, Attempt attempt) {
    Choices choices = Choices.of(question);
    Optional<Character> gold = gold(question, choices);
    if (gold.isEmpty()) {
      return Verdict.error(
          this, Reason.BAD_GOLD, "gold is no choice: " + Texts.excerpt(question.shortGold()));
    }
    LetterReader.Reading reading = new LetterReader(choices).read(attempt.text());
    Character letter = reading.letter();
    if (reading.hedged()) {
      return Verdict.rejected(this, Reason.HEDGED, "takes several choices; gold " + gold.get());
    }
    if (letter == null) {
      return Verdict.rejected(this, Reason.UNREAD, "takes no choice; gold " + gold.get());
    }
    String evidence = "read %s; gold %s".formatted(letter, gold.get());
    if (!letter.equals(gold.get())) {
      return Verdict.rejected(this, Reason.DIFFERENT, evidence);
    }
    String said = reading.said().lines().findFirst().orElse("");
    Optional<Character> other = choices.withText(said);
    return other.isPresent() && !other.get().equals(letter)
        ? Verdict.rejected(this, Reason.HEDGED, evidence + ", with the text of " + other.get())
        : Verdict.accepted(this, Reason.EQUAL, evidence);
  }

  private static Optional<Character> gold(Question question, Choices choices) {
    String gold = question.shortGold();
    Matcher letter = LETTER.matcher(gold);
    if (letter.matches()) {
      char value = Character.toUpperCase(letter.group(1).charAt(0));
      return choices.has(value) ? Optional.of(value) : Optional.empty();
    }
    Optional<Character> byText = choices.withText(gold);
    if (byText.isPresent()) {
      return byText;
    }
    Matcher both = LETTER_AND_TEXT.matcher(gold);
    if (both.matches()) {
      char value = (both.group(1) == null ? both.group(2) : both.group(1)).charAt(0);
      return choices.has(value) ? Optional.of(value) : Optional.empty();
    }
    return question.answer() == null && !choices.isEmpty()
        ? Optional.ofNullable(new LetterReader(choices).read(gold).letter())
        : Optional.empty();
  }
}
