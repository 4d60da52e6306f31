package dev.alluvium.trainer.generate.execute;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.record.Questions;
import dev.alluvium.judges.record.Verdicts;
import dev.alluvium.judges.sandbox.SandboxUnavailableException;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
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
    if (text == null) {
      return asked.refused("nothing to execute: expected a text");
    }
    Question question;
    try {
      question = Questions.of(request).named(request.getSkill(), JUDGE);
    } catch (IllegalArgumentException e) {
      return asked.refused("the tests cannot be read: " + e.getMessage());
    }
    if (question.code().sources().isEmpty()) {
      return asked.refused("nothing to execute: expected unit tests");
    }
    Verdict verdict = judges.judge(question, Attempt.answer(text));
    return new Reply.Done(
        asked
            .result(FinishReason.STOP)
            .setVerdict(Verdicts.record(GenerationKind.ANSWER, verdict))
            .build());
  }
}
