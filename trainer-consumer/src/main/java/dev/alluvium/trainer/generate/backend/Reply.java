package dev.alluvium.trainer.generate.backend;

import dev.alluvium.schemas.avro.GenerationResult;

/** What came of a request. */
public sealed interface Reply {
  /**
   * It is settled, by a result or by an error that asking again would not cure.
   *
   * @param result what the asker gets
   */
  record Done(GenerationResult result) implements Reply {}

  /**
   * It could not be answered this time, and may be later or elsewhere.
   *
   * @param why for people
   */
  record NotNow(String why) implements Reply {}
}
