package dev.alluvium.trainer.generate.execute;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Judge;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Verdict;

/** The judge of tests on a machine without a sandbox. */
public final class NoSandboxJudge implements Judge {
  @Override
  public String name() {
    return "tests";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public boolean reads(Question question) {
    return true;
  }

  @Override
  public Verdict judge(Question question, Attempt attempt) {
    return Verdict.error(this, Reason.SANDBOX_UNAVAILABLE, "none here");
  }
}
