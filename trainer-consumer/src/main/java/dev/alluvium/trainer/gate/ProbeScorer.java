package dev.alluvium.trainer.gate;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.batch.BatchAssembler;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.step.Score;
import dev.alluvium.trainer.step.Scorer;
import dev.alluvium.trainer.text.TokenizedExample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Measures probes: one forward pass each, gold teacher-forced. */
public final class ProbeScorer {
  private final BatchAssembler batches;

  /** A scorer whose batches hold at most so many tokens. */
  public ProbeScorer(int batchTokens) {
    this.batches = new BatchAssembler(batchTokens);
  }

  /** A probe as token ids. */
  public record TokenizedProbe(String pairId, String skill, TokenizedExample example) {}

  /**
   * The ratings of all probes by one set of weights.
   *
   * @param stop asked before each batch
   * @throws CancellationException when told to stop
   */
  public ProbeScores score(LanguageModel model, List<TokenizedProbe> probes, BooleanSupplier stop) {
    Scorer scorer = new Scorer(model);
    Map<String, ProbeScore> scores = new HashMap<>();
    List<TokenizedExample> examples = probes.stream().map(TokenizedProbe::example).toList();
    for (Batch batch : batches.assemble(examples, 0)) {
      if (stop.getAsBoolean()) {
        throw new CancellationException("told to stop");
      }
      List<Score> rated = scorer.score(batch);
      for (int i = 0; i < rated.size(); i++) {
        TokenizedProbe probe = probes.get(batch.origin(i));
        Score score = rated.get(i);
        scores.put(
            probe.pairId(),
            new ProbeScore(probe.skill(), score.nllSum(), score.tokens(), score.exact()));
      }
    }
    return new ProbeScores(scores);
  }
}
