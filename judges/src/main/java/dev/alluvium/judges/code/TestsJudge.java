package dev.alluvium.judges.code;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Judge;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Venue;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.sandbox.Sandbox;
import dev.alluvium.judges.sandbox.SandboxUnavailableException;
import java.util.List;
import java.util.Locale;

/**
 * Accepts code that passes the pair's unit tests, run in the sandbox. All tests must pass, as MBPP
 * (arXiv 2108.07732) and HumanEval (arXiv 2107.03374) score one sample.
 */
public final class TestsJudge implements Judge {
  private final JudgeTools tools;

  /** A judge that opens the sandbox when there is code to run. */
  public TestsJudge(JudgeTools tools) {
    this.tools = tools;
  }

  @Override
  public String name() {
    return "tests";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public Venue venue() {
    return Venue.SANDBOX;
  }

  @Override
  public boolean reads(Question question) {
    return question.code().sources().stream().anyMatch(source -> !source.isBlank());
  }

  @Override
  public Verdict judge(Question question, Attempt attempt) {
    List<String> readings = CodeText.readings(attempt.text());
    if (readings.isEmpty()) {
      return Verdict.rejected(this, Reason.NO_CODE, "there is no code in the text");
    }
    Sandbox sandbox;
    try {
      sandbox = tools.sandbox();
    } catch (SandboxUnavailableException e) {
      return Verdict.error(this, Reason.SANDBOX_UNAVAILABLE, String.valueOf(e.getMessage()));
    }
    TestOutcome outcome;
    try {
      outcome =
          isJava(question)
              ? new JavaTests(sandbox).run(question, readings)
              : new PythonTests(sandbox).run(question, readings);
    } catch (SandboxUnavailableException e) {
      return Verdict.error(this, Reason.SANDBOX_UNAVAILABLE, String.valueOf(e.getMessage()));
    }
    return Verdict.of(
        this,
        outcome.decision(),
        outcome.reason(),
        outcome.score(),
        "%d of %d tests passed; %s".formatted(outcome.passed(), outcome.total(), outcome.detail()));
  }

  /** What the record says; else what the tests look like. */
  private static boolean isJava(Question question) {
    String language = question.code().language();
    if (language != null) {
      return language.toLowerCase(Locale.ROOT).equals("java");
    }
    return question.code().sources().stream().anyMatch(source -> source.contains("class Main"));
  }
}
