package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.trainer.gate.ProbeScorer;
import dev.alluvium.trainer.gate.ProbeScorer.TokenizedProbe;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.text.ExampleTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the stream's probes are measured.
 *
 * @param tokenizer makes tokens of them
 * @param scorer rates their gold responses
 */
public record ProbeMeasurement(ExampleTokenizer tokenizer, ProbeScorer scorer) {
  private static final Logger log = LoggerFactory.getLogger(ProbeMeasurement.class);

  /** The probes that the model can take, as token ids. */
  public List<TokenizedProbe> tokenize(List<Probe> probes) {
    List<TokenizedProbe> tokenized = new ArrayList<>();
    for (Probe probe : probes) {
      tokenizer
          .tokenize(Conversations.ofProbe(probe), probe.getGold())
          .<Runnable>fold(
              example ->
                  () ->
                      tokenized.add(
                          new TokenizedProbe(probe.getPairId(), probe.getSkill(), example)),
              why -> () -> log.debug("probe {} is not measured: {}", probe.getPairId(), why))
          .run();
    }
    if (tokenized.size() < probes.size()) {
      log.info(
          "{} of {} probes are not measured: the model cannot take them",
          probes.size() - tokenized.size(),
          probes.size());
    }
    return tokenized;
  }

  /**
   * The ratings of all probes by one set of weights.
   *
   * @param stop asked before each batch
   * @throws java.util.concurrent.CancellationException when told to stop
   */
  public ProbeScores score(LanguageModel model, List<TokenizedProbe> probes, BooleanSupplier stop) {
    return scorer.score(model, probes, stop);
  }
}
