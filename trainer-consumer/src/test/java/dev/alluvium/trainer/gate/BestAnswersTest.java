package dev.alluvium.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BestAnswersTest {
  private static final int FEWEST = 3;

  @Test
  void keepsTheVersionWithTheMostRightAnswers() {
    WrittenAnswers first = promoted(WrittenAnswers.none(), "v000001", answers(0, 10, 6));
    WrittenAnswers equal = promoted(first, "v000002", answers(0, 10, 6));
    assertThat(equal.best().get("math"))
        .isEqualTo(new BestAnswers("v000001", 2, answers(0, 10, 6)));
    WrittenAnswers better = promoted(equal, "v000004", answers(0, 10, 7));
    assertThat(better.best().get("math"))
        .isEqualTo(new BestAnswers("v000004", 3, answers(0, 10, 7)));
    assertThat(better.asOf("v000004")).isEqualTo(better.withoutPromoted());
    assertThat(better.asOf("v000003").best()).isEmpty();
    assertThat(better.ofBase().best()).isEmpty();
    assertThat(better.given("another").best()).as("judged in another way").isEmpty();
  }

  @Test
  void startsAgainWhereFewerThanHalfOfTheProbesAreTheSame() {
    WrittenAnswers first = promoted(WrittenAnswers.none(), "v000001", answers(0, 10, 10));
    assertThat(promoted(first, "v000002", answers(0, 20, 5)).best().get("math").version())
        .isEqualTo("v000001");
    assertThat(promoted(first, "v000002", answers(0, 21, 5)).best().get("math"))
        .isEqualTo(new BestAnswers("v000002", 1, answers(0, 21, 5)));
  }

  /** Nothing could be shown by them, and the skill would be held for ever. */
  @Test
  void startsAgainWhereTooFewProbesAreTheSame() {
    WrittenAnswers first = promoted(WrittenAnswers.none(), "v000001", answers(0, 2, 2));
    assertThat(promoted(first, "v000002", answers(0, 3, 0)).best().get("math"))
        .isEqualTo(new BestAnswers("v000002", 1, answers(0, 3, 0)));
  }

  @Test
  void erasedProbesLeave() {
    WrittenAnswers first = promoted(WrittenAnswers.none(), "v000001", answers(0, 3, 3));
    assertThat(first.without(Set.of("p0")).best().get("math").answers())
        .isEqualTo(answers(1, 3, 3));
    assertThat(first.without(answers(0, 3, 0).keySet()).best()).isEmpty();
  }

  private static WrittenAnswers promoted(
      WrittenAnswers had, String version, Map<String, Boolean> answers) {
    return had.withPromoted(version, answers, Map.of("math", answers), FEWEST);
  }

  /** Answers of which those below a number are right. */
  private static Map<String, Boolean> answers(int from, int to, int right) {
    Map<String, Boolean> answers = new TreeMap<>();
    for (int i = from; i < to; i++) {
      answers.put("p" + i, i < right);
    }
    return answers;
  }
}
