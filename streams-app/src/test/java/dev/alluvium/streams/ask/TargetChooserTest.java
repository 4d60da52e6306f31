package dev.alluvium.streams.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.streams.ask.AskInput.NewPair;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.prompt.PromptFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The steps of curate without a stream: the same targets, in the order of the pairs. */
class TargetChooserTest {
  private final List<Integer> batches = new ArrayList<>();

  @Test
  void answersThenParaphrasesThenGold() {
    List<Candidate> chosen = chooser("s3ft").choose(pairs(), this::answer);
    assertThat(chosen).extracting(Candidate::getPairId).containsExactly("wrong", "own", "reworded");
    assertThat(chosen)
        .extracting(candidate -> candidate.getTarget().getOrigin())
        .containsExactly(Origin.GOLD, Origin.MODEL, Origin.PARAPHRASE);
    assertThat(chosen)
        .extracting(candidate -> candidate.getTarget().getReason())
        .containsExactly("no_right_text", "right_answer", "right_paraphrase");
    assertThat(batches).as("all at once, then those that are left").containsExactly(3, 2);
  }

  @Test
  void nobodyIsAskedWhenItIsOff() {
    List<Candidate> chosen = chooser("off").choose(pairs(), this::answer);
    assertThat(chosen)
        .extracting(candidate -> candidate.getTarget().getReason())
        .containsOnly("s3ft_off");
    assertThat(batches).isEmpty();
  }

  private static TargetChooser chooser(String mode) {
    JudgeSettings judges = JudgeSettings.DEFAULT;
    return new TargetChooser(
        S3ftSettings.defaults().withMode(mode),
        PromptFiles.builtIn(),
        new Judges(judges, new JudgeTools(judges.sandbox().toSandbox())));
  }

  private List<GenerationResult> answer(List<GenerationRequest> requests) {
    batches.add(requests.size());
    return requests.stream().map(TargetChooserTest::answer).toList();
  }

  private static GenerationResult answer(GenerationRequest request) {
    boolean right =
        request.getPairId().equals("own")
            || (request.getPairId().equals("reworded")
                && request.getKind() == GenerationKind.PARAPHRASE);
    return GenerationResult.newBuilder()
        .setRequestId(request.getRequestId())
        .setPairId(request.getPairId())
        .setKind(request.getKind())
        .setSkill(request.getSkill())
        .setFinish(FinishReason.STOP)
        .setText(right ? "That makes 5." : "That makes 6.")
        .setOurs(true)
        .build();
  }

  private static List<NewPair> pairs() {
    return List.of(pair("wrong"), pair("own"), pair("reworded"));
  }

  private static NewPair pair(String id) {
    Candidate candidate =
        Candidate.newBuilder()
            .setPairId(id)
            .setSkill("math")
            .setGroup("g")
            .setPrompt(new Prompt("What is 2 and 3? (" + id + ")", null, List.of()))
            .setTarget(
                Target.newBuilder()
                    .setText("It is 5.")
                    .setOrigin(Origin.GOLD)
                    .setReason("s3ft_off")
                    .build())
            .setGold("It is 5.")
            .setAnswer("5")
            .setEstimatedTokens(9)
            .setEventTime(0)
            .setPosition(new SourcePosition("pairs.v1", 0, 1L))
            .build();
    return new NewPair(candidate, null, Map.of());
  }
}
