package dev.alluvium.judges;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a judge may know of a pair: what was asked, and everything that says what is right.
 *
 * @param skill the ability the pair exercises, or null
 * @param instruction what was asked
 * @param context text the instruction refers to, or null
 * @param gold the gold response, as it arrived
 * @param answer the canonical short answer, or null when there is only the response
 * @param accept further right answers
 * @param choices texts of a multiple choice question in order, where the record lists them
 * @param code unit tests, for code
 * @param judge the judge that the record itself asks for, or null
 */
public record Question(
    @Nullable String skill,
    String instruction,
    @Nullable String context,
    String gold,
    @Nullable String answer,
    List<String> accept,
    List<String> choices,
    CodeTests code,
    @Nullable String judge) {

  /** Keeps copies of the lists. */
  public Question {
    accept = List.copyOf(accept);
    choices = List.copyOf(choices);
  }

  /** A question with nothing but a gold response. */
  public static Question of(String instruction, String gold) {
    return new Question(
        null, instruction, null, gold, null, List.of(), List.of(), CodeTests.NONE, null);
  }

  /** The same question with a canonical answer beside the gold response. */
  public Question withAnswer(String canonical) {
    return new Question(skill, instruction, context, gold, canonical, accept, choices, code, judge);
  }

  /** The same question with further right answers. */
  public Question accepting(List<String> others) {
    return new Question(skill, instruction, context, gold, answer, others, choices, code, judge);
  }

  /** The same question with these choices. */
  public Question withChoices(List<String> texts) {
    return new Question(skill, instruction, context, gold, answer, accept, texts, code, judge);
  }

  /** The same question with unit tests. */
  public Question withTests(CodeTests tests) {
    return new Question(skill, instruction, context, gold, answer, accept, choices, tests, judge);
  }

  /** The same question about a text. */
  public Question about(@Nullable String text) {
    return new Question(skill, instruction, text, gold, answer, accept, choices, code, judge);
  }

  /** The same question, with the skill and the judge a record names. */
  public Question named(@Nullable String itsSkill, @Nullable String itsJudge) {
    return new Question(
        itsSkill, instruction, context, gold, answer, accept, choices, code, itsJudge);
  }

  /** The canonical answer if there is one, else the gold response. */
  public String shortGold() {
    return answer == null ? gold : answer;
  }
}
