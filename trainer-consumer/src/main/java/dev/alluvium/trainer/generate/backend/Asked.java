package dev.alluvium.trainer.generate.backend;

import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.trainer.loop.Conversations;
import dev.alluvium.trainer.text.Conversation;
import java.util.Optional;

/**
 * A request in a worker's hands.
 *
 * @param request what is wanted
 */
public record Asked(GenerationRequest request) {

  /** The prompt as the model's conversation. */
  public Conversation conversation() {
    return Conversations.of(request.getPrompt(), request.getEventTime());
  }

  /** What is wrong with the settings of what is to be generated, if anything is. */
  public Optional<String> fault() {
    double temperature = request.getTemperature();
    if (request.getMaxTokens() < 1) {
      return Optional.of("maxTokens is %d: expected 1 or more".formatted(request.getMaxTokens()));
    }
    return temperature >= 0 && Double.isFinite(temperature)
        ? Optional.empty()
        : Optional.of("temperature is %s: expected 0 or more".formatted(temperature));
  }

  /** A result of this request that says nothing but how it ended. */
  public GenerationResult.Builder result(FinishReason finish) {
    return GenerationResult.newBuilder()
        .setRequestId(request.getRequestId())
        .setPairId(request.getPairId())
        .setKind(request.getKind())
        .setSkill(request.getSkill())
        .setFinish(finish);
  }

  /** There is no result and asking again would not help. */
  public Reply refused(String why) {
    return new Reply.Done(result(FinishReason.ERROR).setError(why).build());
  }
}
