package dev.alluvium.streams.ask;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.Prompt;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the state machine reacts to. */
public sealed interface AskInput {
  /**
   * A pair that needs a target.
   *
   * @param candidate the pair, with gold as its target
   * @param question the pair's own prompt, where a prompt file changed it; else null
   * @param meta what else the producer sent, values as JSON text
   */
  record NewPair(Candidate candidate, @Nullable Prompt question, Map<String, String> meta)
      implements AskInput {}

  /** A worker's word on a request. */
  record Reply(GenerationResult result) implements AskInput {}
}
