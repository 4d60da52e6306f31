package dev.alluvium.streams.ask;

import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.Candidate;

/** What the state machine does next with a pair. */
sealed interface Step {
  /** Its request is written, and the pair waits for the result. */
  record Ask(AskedPair pair) implements Step {}

  /** It has its target. */
  record Decide(Candidate candidate) implements Step {}
}
