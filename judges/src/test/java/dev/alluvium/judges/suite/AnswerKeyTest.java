package dev.alluvium.judges.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerKeyTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          NUMBER, 47, ones 7 = 47, true
          NUMBER, 47, it is answer 047, true
          NUMBER, 47, x result four seven, true
          NUMBER, 47, = 46 = 47, true
          NUMBER, 47, = 47 = 46, false
          NUMBER, 47, 47, false
          NUMBER, 47, x=47, false
          NUMBER, 47, the answers 47, false
          NUMBER, 47, = 4 7, false
          NUMBER, 47, = four 7, false
          NUMBER, 47, = forty-seven, false
          NUMBER, 47, = 47 stones, false
          NUMBER, 47, = 99999999999999999999, false
          NUMBER, 47, = -47, false
          LETTERS, c b a, = c b a, true
          LETTERS, c b a, result C B A, true
          LETTERS, c b a, = c  b a, true
          LETTERS, c b a, = cba, false
          LETTERS, c b a, = c b, false
          LETTERS, c b a, = c b a d, false
          WORD, jade, answer jade, true
          WORD, jade, result j a d e, true
          WORD, jade, result j a d, false
          WORD, jade, answer jade onyx, false
          EXACT, A B, = A B, true
          EXACT, A B, = a b, false
          EXACT, ( a b ), "answer ( a b )", true
          EXACT, ( a b ), answer a b, false
          """)
  void readsTheValueBehindTheLastMark(
      AnswerKey.Kind kind, String answer, String text, boolean right) {
    assertThat(new AnswerKey(kind, answer, List.of()).accepts(text)).isEqualTo(right);
  }

  @ParameterizedTest
  @CsvSource({
    "= rev, true", // as good as sort here
    "= sort, true",
    "answer sort sort, true",
    "result turn, true",
    "= head, false",
    "= inc, false",
    "=, false",
    "= rev rev rev rev rev rev rev, true", // seven
    "= rev rev rev rev rev rev rev rev rev, false", // nine are too many
    "= reverse, false",
    "sort, false"
  })
  void runsPrograms(String text, boolean right) {
    List<String> tests = List.of("321>123", "910>019", "520>025");
    assertThat(new AnswerKey(AnswerKey.Kind.PROGRAM, "sort", tests).accepts(text)).isEqualTo(right);
  }

  @ParameterizedTest
  @CsvSource({"351>", "x>y", "351"})
  void oddTestsAreSimplyNotPassed(String test) {
    assertThat(new AnswerKey(AnswerKey.Kind.PROGRAM, "sort", List.of(test)).accepts("= inc"))
        .isFalse();
  }
}
