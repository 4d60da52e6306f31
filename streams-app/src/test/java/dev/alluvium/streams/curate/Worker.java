package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.JudgeDecision;
import dev.alluvium.schemas.avro.JudgeVerdict;
import dev.alluvium.schemas.avro.PairScores;
import java.util.List;
import java.util.function.Function;

/** Results as a worker writes them. */
final class Worker {
  private Worker() {}

  /** A finished text of our model. */
  static GenerationResult says(GenerationRequest request, String text) {
    return result(request)
        .setFinish(FinishReason.STOP)
        .setText(text)
        .setTokenIds(List.of(5, 6, 7))
        .setTokenizer("tokenizer-1")
        .setModel("v000003")
        .setOurs(true)
        .setPromptTokens(11)
        .setLatencyMillis(20)
        .build();
  }

  static GenerationResult started(GenerationRequest request) {
    return result(request).setFinish(FinishReason.STARTED).build();
  }

  static GenerationResult verdict(
      GenerationRequest request, JudgeDecision decision, String reason) {
    return result(request)
        .setFinish(FinishReason.STOP)
        .setVerdict(
            new JudgeVerdict(request.getKind(), decision, reason, 1.0, "3 of 3", "tests", 1, false))
        .build();
  }

  static GenerationResult scores(GenerationRequest request, double text, double gold) {
    return result(request)
        .setFinish(FinishReason.STOP)
        .setScores(new PairScores(text, 2, gold, 4))
        .build();
  }

  static GenerationResult.Builder result(GenerationRequest request) {
    return GenerationResult.newBuilder()
        .setRequestId(request.getRequestId())
        .setPairId(request.getPairId())
        .setKind(request.getKind())
        .setSkill(request.getSkill());
  }

  /** Answers everything that is asked, until nothing is. */
  static int answerAll(CurateHarness curate, Function<GenerationRequest, GenerationResult> worker) {
    int answered = 0;
    List<GenerationRequest> asked = curate.requests();
    while (!asked.isEmpty()) {
      for (GenerationRequest request : asked) {
        curate.reply(worker.apply(request));
        answered++;
      }
      asked = curate.requests();
    }
    return answered;
  }
}
