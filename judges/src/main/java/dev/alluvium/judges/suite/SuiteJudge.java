package dev.alluvium.judges.suite;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Judge;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Verdict;
import java.util.Optional;

/**
 * Judges pairs of the skill suite by the value after the last answer mark; see {@link AnswerKey}.
 */
public final class SuiteJudge implements Judge {
  @Override
  public String name() {
    return "suite";
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
    return question.answer() != null;
  }

  @Override
  public Verdict judge(Question question, Attempt attempt) {
    AnswerKey key = AnswerKey.of(question.shortGold(), question.code().sources());
    Optional<String> value = AnswerKey.value(attempt.text());
    if (value.isEmpty()) {
      return Verdict.rejected(this, Reason.UNREAD, "there is no =, answer or result");
    }
    String evidence = "'%s' beside '%s'".formatted(value.get(), key.answer());
    return key.accepts(attempt.text())
        ? Verdict.accepted(this, Reason.EQUAL, evidence)
        : Verdict.rejected(this, Reason.DIFFERENT, evidence);
  }
}
