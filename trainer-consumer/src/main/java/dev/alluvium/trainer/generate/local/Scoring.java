package dev.alluvium.trainer.generate.local;

import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.PairScores;
import dev.alluvium.trainer.gate.ProbeScorer;
import dev.alluvium.trainer.gate.ProbeScorer.TokenizedProbe;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.text.RefusedText;
import dev.alluvium.trainer.text.Tokenization;
import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Rates a text and gold under the same prompt, in which gold does not stand: the loss of training,
 * without its gradient.
 */
final class Scoring {
  private final ResidentModel model;
  private final ProbeScorer scorer;

  /**
   * @param batchTokens most tokens in one forward pass
   */
  Scoring(ResidentModel model, int batchTokens) {
    this.model = model;
    this.scorer = new ProbeScorer(batchTokens);
  }

  /** One reply for each request. */
  Map<Asked, Reply> answer(List<Asked> requests) {
    Map<Asked, Reply> replies = new HashMap<>();
    List<TokenizedProbe> texts = new ArrayList<>();
    List<Asked> ready = new ArrayList<>();
    for (Asked asked : requests) {
      String text = asked.request().getText();
      String gold = asked.request().getGold();
      if (text == null || gold == null) {
        replies.put(asked, asked.refused("nothing to score: expected a text and gold"));
        continue;
      }
      Tokenization first = model.examples().tokenize(asked.conversation(), text);
      Tokenization second = model.examples().tokenize(asked.conversation(), gold);
      if (first instanceof RefusedText refused) {
        replies.put(asked, asked.refused("the text cannot be scored: " + refused.detail()));
      } else if (second instanceof RefusedText refused) {
        replies.put(asked, asked.refused("gold cannot be scored: " + refused.detail()));
      } else {
        texts.add(probe(ready.size(), "text", (TokenizedExample) first));
        texts.add(probe(ready.size(), "gold", (TokenizedExample) second));
        ready.add(asked);
      }
    }
    ProbeScores scores =
        texts.isEmpty() ? ProbeScores.none() : scorer.score(model.model(), texts, () -> false);
    for (int i = 0; i < ready.size(); i++) {
      Asked asked = ready.get(i);
      replies.put(
          asked,
          new Reply.Done(
              asked
                  .result(FinishReason.STOP)
                  .setScores(pair(score(scores, i, "text"), score(scores, i, "gold")))
                  .setTokenizer(model.tokenizer().digest())
                  .setPromptTokens(model.examples().prompt(asked.conversation()).length)
                  .build()));
    }
    return replies;
  }

  private static TokenizedProbe probe(int index, String part, TokenizedExample example) {
    return new TokenizedProbe(index + part, part, example);
  }

  private static ProbeScore score(ProbeScores scores, int index, String part) {
    return Objects.requireNonNull(scores.byProbe().get(index + part));
  }

  private static PairScores pair(ProbeScore text, ProbeScore gold) {
    return new PairScores(text.nllSum(), text.tokens(), gold.nllSum(), gold.tokens());
  }
}
