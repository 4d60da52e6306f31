package dev.alluvium.trainer.generate.backend;

import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.trainer.loop.Conversations;
import dev.alluvium.trainer.text.Conversation;
import java.time.Instant;

/**
 * A request in a worker's hands.
 *
 * @param request what is wanted
 * @param time when it was asked, for templates that write the date
 */
public record Asked(GenerationRequest request, Instant time) {

  /** The prompt as the model's conversation. */
  public Conversation conversation() {
    return Conversations.of(request.getPrompt(), time);
  }

  /** A result of this request that says nothing but how it ended. */
  public GenerationResult.Builder result(FinishReason finish) {
    return GenerationResult.newBuilder()
        .setRequestId(request.getRequestId())
        .setPairId(request.getPairId())
        .setKind(request.getKind())
        .setFinish(finish);
  }

  /** There is no result and asking again would not help. */
  public Reply refused(String why) {
    return new Reply.Done(result(FinishReason.ERROR).setError(why).build());
  }
}
