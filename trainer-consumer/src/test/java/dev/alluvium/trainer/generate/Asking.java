package dev.alluvium.trainer.generate;

import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.trainer.generate.backend.Asked;
import java.time.Instant;

/** Requests for tests. */
public final class Asking {
  private Asking() {}

  /** A greedy request to partition 0. */
  public static GenerationRequest.Builder request(
      String id, GenerationKind kind, String instruction, int maxTokens) {
    return GenerationRequest.newBuilder()
        .setRequestId(id)
        .setPairId("pair-" + id)
        .setKind(kind)
        .setReplyTo(0)
        .setSkill("general")
        .setEventTime(Instant.EPOCH)
        .setPrompt(Prompt.newBuilder().setInstruction(instruction).build())
        .setTemplate("t")
        .setAttempt(1)
        .setMaxTokens(maxTokens)
        .setTemperature(0)
        .setSeed(0);
  }

  /** A request in a worker's hands. */
  public static Asked asked(GenerationRequest.Builder request) {
    return new Asked(request.build());
  }

  /** A greedy ANSWER in a worker's hands. */
  public static Asked answer(String id, String instruction, int maxTokens) {
    return asked(request(id, GenerationKind.ANSWER, instruction, maxTokens));
  }
}
