package dev.alluvium.streams.ask;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.GenerationResult;
import java.util.Map;

/** What the state machine reacts to. */
public sealed interface AskInput {
  /**
   * A pair that needs a target.
   *
   * @param candidate the pair, with gold as its target
   * @param meta what else the producer sent, values as JSON text
   */
  record NewPair(Candidate candidate, Map<String, String> meta) implements AskInput {}

  /** A worker's word on a request. */
  record Reply(GenerationResult result) implements AskInput {}
}
