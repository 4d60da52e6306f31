package dev.alluvium.judges.record;

import dev.alluvium.judges.Verdict;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.JudgeDecision;
import dev.alluvium.schemas.avro.JudgeVerdict;

/** Verdicts as the stream carries them. */
public final class Verdicts {
  private Verdicts() {}

  /**
   * The record of a verdict.
   *
   * @param kind what the text was, an answer or a paraphrase
   */
  public static JudgeVerdict record(GenerationKind kind, Verdict verdict) {
    return new JudgeVerdict(
        kind,
        JudgeDecision.valueOf(verdict.decision().name()),
        verdict.reason().code(),
        verdict.score(),
        verdict.evidence(),
        verdict.judge(),
        verdict.version(),
        verdict.copyOfGold());
  }
}
