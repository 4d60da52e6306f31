package dev.alluvium.trainer.generate.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.JudgeDecision;
import dev.alluvium.schemas.avro.JudgeVerdict;
import dev.alluvium.trainer.generate.Asking;
import dev.alluvium.trainer.generate.backend.Reply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Programs of a model, run in the sandbox or not at all. */
class ExecutionTest {
  private static final List<String> TESTS = List.of("assert add(2, 3) == 5");

  private final Execution execution = new Execution(JudgeSettings.DEFAULT);

  @Test
  void aRightProgramIsAcceptedAndAWrongOneIsNot() {
    requireSandbox();

    JudgeVerdict right = verdict(program("def add(a, b):\n  return a + b"));
    JudgeVerdict wrong = verdict(program("def add(a, b):\n  return a - b"));

    assertThat(right.getDecision()).isEqualTo(JudgeDecision.ACCEPTED);
    assertThat(right.getReason()).isEqualTo("tests_passed");
    assertThat(right.getJudge()).isEqualTo("tests");
    assertThat(right.getCopyOfGold()).isFalse();
    assertThat(wrong.getDecision()).isEqualTo(JudgeDecision.REJECTED);
    assertThat(wrong.getReason()).isEqualTo("test_failed");
  }

  @Test
  void goldItselfIsMarkedAsACopy() {
    requireSandbox();
    String gold = "def add(a, b):\n  return b + a";

    JudgeVerdict verdict = verdict(program(gold).setGold(gold));

    assertThat(verdict.getCopyOfGold()).isTrue();
  }

  @Test
  void withoutASandboxThereIsAVerdictThatSaysSo() {
    // A class of judges that knows no sandbox, in the place of the one that runs tests.
    Execution without =
        new Execution(
            new JudgeSettings(
                Map.of("tests", NoSandboxJudge.class.getName()),
                Map.of(),
                "tests",
                JudgeSettings.DEFAULT.sandbox()));

    GenerationResult result = result(without, program("def add(a, b):\n  return a + b"));

    assertThat(result.getFinish()).isEqualTo(FinishReason.STOP);
    assertThat(result.getVerdict().getDecision()).isEqualTo(JudgeDecision.ERROR);
    assertThat(result.getVerdict().getReason()).isEqualTo("sandbox_unavailable");
  }

  @Test
  void aRequestWithoutTextOrTestsIsAnError() {
    assertThat(result(execution, program("x").setText(null)).getFinish())
        .isEqualTo(FinishReason.ERROR);
    assertThat(result(execution, program("x").setTests(List.of())).getError())
        .contains("expected gold, response, answer or tests");
  }

  private static GenerationRequest.Builder program(String text) {
    return Asking.request("x", GenerationKind.EXECUTE, "Write add(a, b).", 1)
        .setText(text)
        .setTests(TESTS);
  }

  private JudgeVerdict verdict(GenerationRequest.Builder request) {
    return result(execution, request).getVerdict();
  }

  private static GenerationResult result(Execution execution, GenerationRequest.Builder request) {
    return ((Reply.Done) execution.answer(Asking.asked(request))).result();
  }

  private void requireSandbox() {
    boolean works = execution.probe();
    if (!Boolean.getBoolean("sandbox.required")) {
      assumeTrue(works, "no sandbox here");
    }
    assertThat(works).isTrue();
  }
}
