package dev.alluvium.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.alluvium.judges.sandbox.SandboxLimits;
import java.time.Duration;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No text makes a judge throw, or keeps it busy for long. */
class HostileTextTest {
  private static final int LARGEST = 512 * 1024;
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final List<String> PURE =
      List.of("number", "choice", "yesno", "span", "similarity");

  private final Judges judges =
      new Judges(JudgeSettings.DEFAULT, new JudgeTools(SandboxLimits.DEFAULT));

  private void judgeAll(String text) {
    for (String judge : PURE) {
      String gold = judge.equals("number") ? "6" : judge.equals("yesno") ? "yes" : "B";
      Question asked = Question.of("Which?\nA. x\nB. y", gold).withAnswer(gold).named(null, judge);
      assertThat(judges.judge(asked, Attempt.answer(text)).reason())
          .as("%s", judge)
          .isNotEqualTo(Reason.JUDGE_FAILED);
    }
    Question asGold = Question.of(text, text).withAnswer(text);
    assertThat(judges.judge(asGold, Attempt.answer("6")).reason())
        .isNotEqualTo(Reason.JUDGE_FAILED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "{",
        "\\frac{",
        "\\sqrt{1}",
        "\\boxed{",
        "$",
        "1,",
        "1,234,",
        "1 ",
        "1/",
        "9",
        "-",
        "^",
        "1e9",
        "a ",
        "A. ",
        "(A) ",
        "B or ",
        "answer is ",
        "answer",
        "#### ",
        "```\n",
        "yes no ",
        "no ",
        "not ",
        "or ",
        "and ",
        ", x",
        "the ",
        ".",
        "!",
        "**",
        "\u00BD",
        "2\u00B2",
        "one ",
        "hundred ",
        "million ",
        "5 to ",
        "1:",
        "\uD83D\uDE00",
        "<think>",
        "</think>",
        "<answer>",
        "\n",
        "\t",
        "\u0000",
        "=1",
        "sqrt(",
        "'",
        "km ",
        "1 km ",
        "word "
      })
  void repeatedForHalfAMegabyte(String piece) {
    String text = "The answer is " + piece.repeat(LARGEST / piece.length());

    assertTimeoutPreemptively(LONGEST, () -> judgeAll(text));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomPieces(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    String[] pieces = {
      "1", "23", ",", ".", "-", "/", " ", "%", "$", "e", "^", "(", ")", "{", "}", "\\", "frac",
      "boxed", "sqrt", "answer", " is ", ":", "=", "not ", "or ", "and ", "A", "B", "(B)", "yes",
      "no", "maybe", "\n", "####", "km", "million", "one", "half", "x", "to", "\u00BD", "\u221A",
      "*", "_", "`", "'", "\"", "!", "?", "pi", "10^", "st"
    };
    for (int i = 0; i < 250; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(1, 30); n > 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      judgeAll(text.toString());
    }
  }
}
