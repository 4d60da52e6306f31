package dev.alluvium.trainer.generate.local;

import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.model.generate.Completion;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.GenerationSettings.Sampling;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.text.AnswerText;
import dev.alluvium.trainer.text.TextException;
import dev.alluvium.trainer.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Lets the model write on from prompts; those with the same settings in one batch. */
final class Answering {
  private final ResidentModel model;
  private final BooleanSupplier cancelled;

  Answering(ResidentModel model, BooleanSupplier cancelled) {
    this.model = model;
    this.cancelled = cancelled;
  }

  /** What must be equal in a batch. */
  private record How(int maxTokens, double temperature) {}

  /** A request whose prompt the model can take. */
  private record Ready(Asked asked, Prompt prompt) {}

  /** One reply for each request. */
  Map<Asked, Reply> answer(List<Asked> requests) {
    Map<Asked, Reply> replies = new HashMap<>();
    Map<How, List<Ready>> batches = new LinkedHashMap<>();
    for (Asked asked : requests) {
      GenerationRequest request = asked.request();
      Optional<String> fault = asked.fault();
      if (fault.isPresent()) {
        replies.put(asked, asked.refused(fault.get()));
        continue;
      }
      try {
        Prompt prompt = new Prompt(prompt(asked), request.getSeed());
        batches
            .computeIfAbsent(
                new How(request.getMaxTokens(), request.getTemperature()), h -> new ArrayList<>())
            .add(new Ready(asked, prompt));
      } catch (TextException e) {
        replies.put(asked, asked.refused("the prompt is refused: " + e.getMessage()));
      }
    }
    batches.forEach((how, batch) -> replies.putAll(written(how, batch)));
    return replies;
  }

  private int[] prompt(Asked asked) {
    int[] ids = model.examples().prompt(asked.conversation());
    int positions = model.model().decoder().spec().maxPositions();
    if (ids.length >= positions) {
      throw new TextException(
          "it has %d tokens, the model takes fewer than %d".formatted(ids.length, positions));
    }
    return ids;
  }

  private Map<Asked, Reply> written(How how, List<Ready> batch) {
    GenerationSettings settings =
        new GenerationSettings(
            how.maxTokens(),
            new Sampling(how.temperature(), 0, 1),
            model.tokenizer().vocabularySize(),
            model.stopIds(),
            written -> false);
    List<Prompt> prompts = batch.stream().map(Ready::prompt).toList();
    List<Completion> completions =
        new Generator(model.model()).complete(prompts, settings, cancelled);
    Map<Asked, Reply> replies = new HashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      Ready ready = batch.get(i);
      Completion completion = completions.get(i);
      replies.put(
          ready.asked(),
          completion.finish() == Completion.Finish.CANCELLED
              ? new Reply.NotNow("this worker stops")
              : new Reply.Done(result(ready, completion)));
    }
    return replies;
  }

  private GenerationResult result(Ready ready, Completion completion) {
    Tokenizer tokenizer = model.tokenizer();
    List<Integer> ids = completion.ids();
    AnswerText answer = AnswerText.of(tokenizer, model.stopIds(), ids);
    return ready
        .asked()
        .result(answer.ended() ? FinishReason.STOP : FinishReason.LENGTH)
        .setText(answer.text())
        .setTokenIds(ids)
        .setTokenLogProbs(completion.logprobs().stream().map(Double::floatValue).toList())
        .setTokenizer(tokenizer.digest())
        .setPromptTokens(ready.prompt().ids().length)
        .build();
  }
}
