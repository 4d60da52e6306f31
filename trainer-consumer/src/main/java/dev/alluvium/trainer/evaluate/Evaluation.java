package dev.alluvium.trainer.evaluate;

import dev.alluvium.trainer.gate.ProbeScorer;
import dev.alluvium.trainer.gate.ProbeScorer.TokenizedProbe;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.RefusedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects probes and measures a model on them: one forward pass each, gold teacher-forced. */
public final class Evaluation {
  private final LoadedModel model;
  private final ExampleTokenizer tokenizer;
  private final ProbeScorer scorer;
  private final List<TokenizedProbe> probes = new ArrayList<>();

  /**
   * An evaluation without probes yet.
   *
   * @param maxTokens longest probe
   * @param batchTokens most tokens in one forward pass, at least maxTokens
   */
  public Evaluation(LoadedModel model, int maxTokens, int batchTokens) {
    this.model = model;
    int longest = model.model().decoder().spec().longest(maxTokens);
    this.tokenizer = new ExampleTokenizer(model.tokenizer(), model.template(), longest);
    this.scorer = new ProbeScorer(batchTokens);
  }

  /** Adds a probe; says why it cannot be measured, if it cannot. */
  public Optional<RefusedText> add(String id, String skill, Conversation asked, String gold) {
    return tokenizer
        .tokenize(asked, gold)
        .fold(
            example -> {
              probes.add(new TokenizedProbe(id, skill, example));
              return Optional.empty();
            },
            Optional::of);
  }

  /** Measures all probes. */
  public ProbeScores run() {
    return scorer.score(model.model(), probes, () -> false);
  }
}
