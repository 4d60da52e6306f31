package dev.alluvium.judges.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.CodeTests;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.sandbox.SandboxLimits;
import dev.alluvium.judges.sandbox.WorkingSandbox;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Java code passes when Main.main returns, and no other way. */
class JavaTestsTest {
  private static final String GOLD =
      "import java.util.*;\nclass Add { static int add(int a, int b) { return a + b; } }";
  private static final Question ADD =
      Question.of("Write a class Add.", GOLD)
          .withTests(
              CodeTests.java(
                  "class Main { public static void main(String[] args) throws Exception {"
                      + " if (!Objects.equals(Add.add(1, 2), 3)) { throw new Exception(\"1 + 2\"); } } }"));

  private final TestsJudge judge = new TestsJudge(new JudgeTools(SandboxLimits.DEFAULT));

  @BeforeAll
  static void needsASandbox() {
    WorkingSandbox.open(SandboxLimits.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TESTS_PASSED | static int add(int a, int b) { return a + b; } }",
        "TEST_FAILED | static int add(int a, int b) { return a - b; } }",
        "BROKEN_CODE | static int add(int a, int b) { return a + } }",
        "ENDED_EARLY | static int add(int a, int b) { System.exit(0); return 0; } }",
        "ENDED_EARLY | static int add(int a, int b) { System.out.println(\"passed\"); Runtime.getRuntime().halt(0); return 0; } }",
        "BROKEN_CODE | static int add(int a, int b) { return 0; } } class Objects { static boolean equals(Object a, Object b) { return true; } }"
      })
  void verdict(Reason reason, String rest) {
    Verdict verdict = judge.judge(ADD, Attempt.answer("import java.util.*;\nclass Add { " + rest));

    assertThat(verdict.reason()).as("%s", verdict).isEqualTo(reason);
  }
}
