package dev.alluvium.streams.ask;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.Report;

/** What leaves the state machine. */
public sealed interface AskOutput {
  /** A pair with its target. */
  record Decided(Candidate candidate) implements AskOutput {}

  /** A question to the workers. */
  record Request(GenerationRequest request) implements AskOutput {}

  /** A task's totals. */
  record Fact(String task, Report report) implements AskOutput {}
}
