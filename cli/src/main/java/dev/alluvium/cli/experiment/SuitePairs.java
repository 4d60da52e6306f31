package dev.alluvium.cli.experiment;

import dev.alluvium.cli.suite.Entry;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.streams.ask.AskInput.NewPair;
import dev.alluvium.streams.text.TokenEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Problems of the suite as the pairs that curate would hand on. */
final class SuitePairs {
  private static final String STREAM = "suite";

  private static final String BY_SUITE = "\"suite\"";

  private SuitePairs() {}

  /** One pair for each problem, in their order. */
  static List<NewPair> of(List<Entry> entries) {
    List<NewPair> pairs = new ArrayList<>();
    for (Entry entry : entries) {
      Candidate candidate = candidate(entry, pairs.size());
      pairs.add(new NewPair(candidate, null, Map.of("judge", BY_SUITE)));
    }
    return pairs;
  }

  private static Candidate candidate(Entry entry, int place) {
    Prompt prompt = new Prompt(entry.instruction(), null, List.of());
    String gold = entry.response();
    return Candidate.newBuilder()
        .setPairId(Digests.sha256(STREAM, entry.skill(), entry.instruction()))
        .setSkill(entry.skill())
        .setGroup(Digests.sha256(STREAM, entry.instruction()))
        .setPrompt(prompt)
        .setTarget(
            Target.newBuilder().setText(gold).setOrigin(Origin.GOLD).setReason("s3ft_off").build())
        .setGold(gold)
        .setAnswer(entry.key().answer())
        .setTests(entry.key().tests())
        .setEstimatedTokens(TokenEstimate.of(prompt, gold))
        .setEventTime(0) // no template of the suite's model writes the date
        .setPosition(new SourcePosition(STREAM, 0, (long) place))
        .build();
  }
}
