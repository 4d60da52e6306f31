package dev.alluvium.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.alluvium.judges.Attempt.Finish;
import dev.alluvium.judges.Attempt.Kind;
import dev.alluvium.judges.sandbox.SandboxLimits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guards come first, then the judge that record, skill or shape of gold name. */
class JudgesTest {
  private static final JudgeTools TOOLS = new JudgeTools(SandboxLimits.DEFAULT);
  private static final Question SIX = Question.of("2 * 3?", "2 * 3 = 6\n#### 6").withAnswer("6");

  private final Judges judges = new Judges(JudgeSettings.DEFAULT, TOOLS);

  /** Accepts what is written in capitals; stands for a judge somebody adds. */
  public static final class LoudJudge implements Judge {
    @Override
    public String name() {
      return "loud";
    }

    @Override
    public int version() {
      return 7;
    }

    @Override
    public boolean reads(Question question) {
      return true;
    }

    @Override
    public Verdict judge(Question question, Attempt attempt) {
      if (attempt.text().contains("!!!")) {
        throw new IllegalStateException("too loud");
      }
      return attempt.text().equals(attempt.text().toUpperCase(java.util.Locale.ROOT))
          ? Verdict.accepted(this, Reason.EQUAL, "loud")
          : Verdict.rejected(this, Reason.DIFFERENT, "not loud");
    }
  }

  private static JudgeSettings withLoud(Map<String, String> skills) {
    return new JudgeSettings(
        Map.of("loud", LoudJudge.class.getName()),
        skills,
        JudgeSettings.BY_SHAPE,
        JudgeSettings.DEFAULT.sandbox());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "\n\n", "...", "\u200B", "**"})
  void emptyTextsAreNeverAccepted(String text) {
    Verdict verdict = judges.judge(SIX, Attempt.answer(text));

    assertThat(verdict.decision()).isEqualTo(Decision.REJECTED);
    assertThat(verdict.reason()).isEqualTo(Reason.EMPTY);
  }

  @Test
  void truncatedTextsAreNeverAcceptedEvenWhenTheAnswerIsThere() {
    Verdict verdict =
        judges.judge(SIX, new Attempt("The answer is 6.", Kind.ANSWER, Finish.TRUNCATED));

    assertThat(verdict.reason()).isEqualTo(Reason.TRUNCATED);
    assertThat(verdict.accepted()).isFalse();
  }

  @Test
  void aWorkersFailureIsAnErrorAndNotANo() {
    Verdict verdict = judges.judge(SIX, new Attempt("", Kind.ANSWER, Finish.FAILED));

    assertThat(verdict.decision()).isEqualTo(Decision.ERROR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "As the reference answer says, it is 6.",
        "Here is your response: 6",
        "Your turn! 6",
        "This is my own response: the answer is 6."
      })
  void leaksAreRejectedInParaphrasesOnly(String text) {
    assertThat(judges.judge(SIX, Attempt.paraphrase(text)).reason()).isEqualTo(Reason.LEAK);
    assertThat(judges.judge(SIX, Attempt.answer(text)).accepted()).isTrue();
  }

  @Test
  void aPhraseOfGoldItselfIsNoLeak() {
    Question letter = Question.of("Write a reply.", "Thank you for your response of 4 May.");

    assertThat(
            judges
                .judge(letter, Attempt.paraphrase("Thank you for your response of 4 May!"))
                .accepted())
        .isTrue();
  }

  @Test
  void copiesOfGoldAreMarkedWhateverTheirWhiteSpace() {
    Verdict copy = judges.judge(SIX, Attempt.paraphrase("2 * 3  =  6 \n\n #### 6\n"));

    assertThat(copy.accepted()).isTrue();
    assertThat(copy.copyOfGold()).isTrue();
    assertThat(judges.judge(SIX, Attempt.paraphrase("Two threes make 6")).copyOfGold()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "6, number",
    "yes, yesno",
    "maybe, yesno",
    "Paris, span",
    "75%, number",
    "] ], span",
  })
  void theShapeOfGoldChoosesTheJudge(String answer, String judge) {
    Question question = Question.of("?", answer).withAnswer(answer);

    assertThat(judges.judge(question, Attempt.answer("something 1")).judge()).isEqualTo(judge);
  }

  @Test
  void longGoldsAreJudgedBySimilarityAndLettersByChoice() {
    Question letter = Question.of("Which?\nA. x\nB. y", "B. y").withAnswer("B");

    assertThat(judges.judge(Question.of("?", "word ".repeat(60)), Attempt.answer("x")).judge())
        .isEqualTo("similarity");
    assertThat(judges.judge(letter, Attempt.answer("y")).judge()).isEqualTo("choice");
    assertThat(judges.judge(letter.withChoices(List.of("y", "z")), Attempt.answer("z")).accepted())
        .isTrue();
  }

  @Test
  void shortAnswersHaveExactJudgesAndWhatIsAlikeHasNot() {
    assertThat(judges.isExact(SIX)).isTrue();
    assertThat(judges.isExact(Question.of("Which?\nA. x\nB. y", "B. y").withAnswer("B"))).isTrue();
    assertThat(judges.isExact(Question.of("?", "word ".repeat(60)))).isFalse();
    assertThat(judges.isExact(SIX.named(null, "similarity"))).isFalse();
    assertThat(judges.isExact(SIX.named(null, "model"))).isFalse();
    assertThat(judges.isExact(SIX.named(null, "nobody"))).isFalse();
    assertThat(judges.isExact(Question.of("?", "x").named(null, "number"))).isFalse();
    CodeTests tests = new CodeTests(List.of("assert f() == 6"), null, null);
    assertThat(judges.isExact(SIX.withTests(tests))).as("they have to run").isFalse();
  }

  @Test
  void editionsTellJudgesTheirVersionsAndTheirOrder() {
    Judges own = new Judges(withLoud(Map.of("shouting", "loud")), TOOLS);
    assertThat(judges.editions()).contains("number ");
    assertThat(own.editions()).contains("loud 7").isNotEqualTo(judges.editions());
    assertThat(new Judges(withLoud(Map.of("shouting", "loud,number")), TOOLS).editions())
        .isNotEqualTo(own.editions());
    assertThat(new Judges(JudgeSettings.DEFAULT, TOOLS).editions()).isEqualTo(judges.editions());
  }

  @Test
  void aRecordNamesItsJudgeOverItsSkill() {
    Judges own = new Judges(withLoud(Map.of("shouting", "loud")), TOOLS);

    Verdict bySkill = own.judge(SIX.named("shouting", null), Attempt.answer("SIX"));
    assertThat(bySkill.judge()).isEqualTo("loud");
    assertThat(bySkill.version()).isEqualTo(7);
    assertThat(bySkill.accepted()).isTrue();
    assertThat(own.judge(SIX.named("shouting", "number"), Attempt.answer("SIX")).judge())
        .isEqualTo("number");
    assertThat(own.judge(SIX.named("other", null), Attempt.answer("6")).judge())
        .isEqualTo("number");
  }

  @Test
  void aJudgeThatThrowsIsAnError() {
    Judges own = new Judges(withLoud(Map.of()), TOOLS);

    Verdict verdict = own.judge(SIX.named(null, "loud"), Attempt.answer("SIX!!!"));
    assertThat(verdict.decision()).isEqualTo(Decision.ERROR);
    assertThat(verdict.reason()).isEqualTo(Reason.JUDGE_FAILED);
  }

  @Test
  void whatNoJudgeReadsIsAnError() {
    assertThat(judges.judge(SIX.named(null, "nobody"), Attempt.answer("6")).reason())
        .isEqualTo(Reason.NO_JUDGE);
    assertThat(judges.judge(Question.of("?", ""), Attempt.answer("6")).reason())
        .isEqualTo(Reason.NO_JUDGE);
    assertThat(
            judges
                .judge(Question.of("?", "x").named(null, "number"), Attempt.answer("6"))
                .decision())
        .isEqualTo(Decision.ERROR);
  }

  @Test
  void settingsThatNameNobodyAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Judges(withLoud(Map.of("math", "number,nobody")), TOOLS))
        .withMessageContaining("judges.skills.math")
        .withMessageContaining("nobody");
    JudgeSettings noClass =
        new JudgeSettings(
            Map.of("x", "no.such.Class"), Map.of(), "number", JudgeSettings.DEFAULT.sandbox());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Judges(noClass, TOOLS))
        .withMessageContaining("judges.classes.x");
  }
}
