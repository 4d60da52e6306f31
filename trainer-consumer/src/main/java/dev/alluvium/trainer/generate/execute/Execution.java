package dev.alluvium.trainer.generate.execute;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.CodeTests;
import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.sandbox.SandboxUnavailableException;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.JudgeDecision;
import dev.alluvium.schemas.avro.JudgeVerdict;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the unit tests of a pair on a text and passes on what the judge says. */
public final class Execution {
  private static final Logger log = LoggerFactory.getLogger(Execution.class);

  /** The judge that runs tests. */
  private static final String JUDGE = "tests";

  private final Judges judges;
  private final JudgeTools tools;

  /** Execution by these judges, in a sandbox with their limits. */
  public Execution(JudgeSettings settings) {
    this.tools = new JudgeTools(settings.sandbox().toSandbox());
    this.judges = new Judges(settings, tools);
  }

  /** Tries the sandbox out and says loudly when there is none; everything else goes on. */
  public boolean probe() {
    try {
      tools.sandbox();
      return true;
    } catch (SandboxUnavailableException e) {
      log.error(
          "this worker runs no unit tests: every EXECUTE request gets the verdict sandbox_unavailable, other requests are answered; `alluvium doctor` says the same: {}",
          e.getMessage());
      return false;
    }
  }

  /** The verdict of the tests; a sandbox that does not work is a verdict too. */
  public Reply answer(Asked asked) {
    GenerationRequest request = asked.request();
    String text = request.getText();
    if (text == null || request.getTests().isEmpty()) {
      return asked.refused("nothing to execute: expected a text and unit tests");
    }
    String gold = request.getGold();
    Question question =
        Question.of(request.getPrompt().getInstruction(), gold == null ? "" : gold)
            .about(request.getPrompt().getContext())
            .withTests(new CodeTests(request.getTests(), null, null))
            .named(request.getSkill(), JUDGE);
    String answer = request.getAnswer();
    Verdict verdict =
        judges.judge(answer == null ? question : question.withAnswer(answer), Attempt.answer(text));
    return new Reply.Done(asked.result(FinishReason.STOP).setVerdict(record(verdict)).build());
  }

  private static JudgeVerdict record(Verdict verdict) {
    return JudgeVerdict.newBuilder()
        .setKind(GenerationKind.ANSWER)
        .setDecision(JudgeDecision.valueOf(verdict.decision().name()))
        .setReason(verdict.reason().code())
        .setScore(verdict.score())
        .setEvidence(verdict.evidence())
        .setJudge(verdict.judge())
        .setVersion(verdict.version())
        .setCopyOfGold(verdict.copyOfGold())
        .build();
  }
}
