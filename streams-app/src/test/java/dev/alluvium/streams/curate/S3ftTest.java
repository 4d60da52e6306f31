package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.asking;
import static dev.alluvium.streams.curate.CurateHarness.pair;
import static dev.alluvium.streams.curate.Worker.answerAll;
import static dev.alluvium.streams.curate.Worker.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.JudgeDecision;
import dev.alluvium.schemas.avro.JudgeVerdict;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.S3ftSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way to a target. */
class S3ftTest {
  private static final S3ftSettings S3FT = S3ft.settings();

  private static Pair.Builder apples() {
    return pair("Ann has 2 apples and buys 3. How many?", "2 + 3 = 5. The answer is 5.")
        .setId("a1")
        .setSkill("math")
        .setAnswer("5");
  }

  private static Candidate target(
      S3ftSettings settings,
      Pair.Builder pair,
      Function<GenerationRequest, GenerationResult> worker) {
    try (CurateHarness curate = asking(settings)) {
      curate.send(pair);
      answerAll(curate, worker);
      Candidate candidate = curate.candidate();
      assertThat(curate.ledger()).isEmpty();
      assertThat(curate.asked().getWaiting()).isZero();
      return candidate;
    }
  }

  @Test
  void theModelsOwnRightAnswerIsTheTarget() {
    Candidate candidate = target(S3FT, apples(), r -> says(r, "Two and three make 5."));
    Target target = candidate.getTarget();
    assertThat(target.getText()).isEqualTo("Two and three make 5.");
    assertThat(target.getOrigin()).isEqualTo(Origin.MODEL);
    assertThat(target.getReason()).isEqualTo("right_answer");
    assertThat(target.getModelVersion()).isEqualTo("v000003");
    assertThat(target.getTokenIds()).containsExactly(5, 6, 7);
    assertThat(target.getTokenizer()).isEqualTo("tokenizer-1");
    assertThat(target.getTemplate()).hasSize(64);
    assertThat(candidate.getGold()).isEqualTo("2 + 3 = 5. The answer is 5.");
    assertThat(candidate.getVerdicts()).hasSize(1);
    JudgeVerdict verdict = candidate.getVerdicts().get(0);
    assertThat(verdict.getJudge()).isEqualTo("number");
    assertThat(verdict.getDecision()).isEqualTo(JudgeDecision.ACCEPTED);
  }

  @Test
  void elseItsOwnRightParaphraseWhichSawGold() {
    Candidate candidate =
        target(
            S3FT,
            apples(),
            r -> {
              if (r.getKind() == GenerationKind.ANSWER) {
                assertThat(r.getPrompt().getInstruction()).doesNotContain("The answer is 5");
                return says(r, "It is 6.");
              }
              assertThat(r.getPrompt().getInstruction())
                  .contains("How many?")
                  .contains("The answer is 5.");
              return says(r, "Five apples: 5.");
            });
    assertThat(candidate.getTarget().getText()).isEqualTo("Five apples: 5.");
    assertThat(candidate.getTarget().getOrigin()).isEqualTo(Origin.PARAPHRASE);
    assertThat(candidate.getTarget().getReason()).isEqualTo("right_paraphrase");
    // What is trained is the question alone, not the prompt that showed gold.
    assertThat(candidate.getPrompt().getInstruction())
        .isEqualTo("Ann has 2 apples and buys 3. How many?");
    assertThat(candidate.getVerdicts())
        .extracting(JudgeVerdict::getKind, JudgeVerdict::getDecision)
        .containsExactly(
            tuple(GenerationKind.ANSWER, JudgeDecision.REJECTED),
            tuple(GenerationKind.PARAPHRASE, JudgeDecision.ACCEPTED));
  }

  @Test
  void elseGold() {
    Candidate candidate = target(S3FT, apples(), r -> says(r, "It is 6."));
    assertGold(candidate, "no_right_text");
    assertThat(candidate.getVerdicts()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"sdft,PARAPHRASE", "self-only,ANSWER"})
  void otherModesAskOnce(String mode, GenerationKind kind) {
    List<GenerationKind> asked = new ArrayList<>();
    Candidate candidate =
        target(
            S3FT.withMode(mode),
            apples(),
            r -> {
              asked.add(r.getKind());
              return says(r, "It is 6.");
            });
    assertThat(asked).containsExactly(kind);
    assertGold(candidate, "no_right_text");
    Candidate right = target(S3FT.withMode(mode), apples(), r -> says(r, "It is 5."));
    assertThat(right.getTarget().getOrigin().name())
        .isEqualTo(kind == GenerationKind.ANSWER ? "MODEL" : "PARAPHRASE");
  }

  @Test
  void aTextThatWasCutOffIsNeverATarget() {
    Candidate candidate =
        target(
            S3FT,
            apples(),
            r ->
                GenerationResult.newBuilder(says(r, "The answer is 5"))
                    .setFinish(FinishReason.LENGTH)
                    .build());
    assertGold(candidate, "no_right_text");
    assertThat(candidate.getVerdicts())
        .extracting(JudgeVerdict::getReason)
        .containsOnly("truncated");
  }

  @Test
  void aCopyOfGoldIsGold() {
    Candidate candidate = target(S3FT, apples(), r -> says(r, "2 + 3 = 5.  The answer is 5. "));
    assertGold(candidate, "copy_of_gold");
  }

  @Test
  void aWorkersErrorLeavesGold() {
    Candidate candidate =
        target(
            S3FT,
            apples(),
            r -> Worker.result(r).setFinish(FinishReason.ERROR).setError("too long").build());
    assertGold(candidate, "worker_error");
  }

  @Test
  void whatJudgesCannotReadLeavesGold() {
    Candidate candidate =
        target(S3FT, apples().setMeta(Map.of("judge", "\"oracle\"")), r -> says(r, "5"));
    assertGold(candidate, "judge_error");
    Candidate wrongKind = target(S3FT, apples().setMeta(Map.of("judge", "{}")), r -> says(r, "5"));
    assertGold(wrongKind, "judge_error");
  }

  @Test
  void codeIsJudgedByAWorkerWithASandbox() {
    Pair.Builder code =
        pair("Write add(a, b).", "def add(a, b):\n    return a + b")
            .setSkill("code")
            .setTests(List.of("assert add(1, 2) == 3"))
            .setMeta(Map.of("entry_point", "\"add\""));
    Candidate candidate =
        target(
            S3FT,
            code,
            r -> {
              if (r.getKind() != GenerationKind.EXECUTE) {
                return says(r, "def add(x, y):\n    return y + x");
              }
              assertThat(r.getText()).isEqualTo("def add(x, y):\n    return y + x");
              assertThat(r.getTests()).containsExactly("assert add(1, 2) == 3");
              assertThat(r.getMeta()).containsEntry("entry_point", "\"add\"");
              return Worker.verdict(r, JudgeDecision.ACCEPTED, "tests_passed");
            });
    assertThat(candidate.getTarget().getOrigin()).isEqualTo(Origin.MODEL);
    assertThat(candidate.getTarget().getText()).startsWith("def add(x, y)");
    assertThat(candidate.getVerdicts().get(0).getKind()).isEqualTo(GenerationKind.ANSWER);
    Candidate wrong =
        target(
            S3FT,
            code,
            r ->
                r.getKind() == GenerationKind.EXECUTE
                    ? Worker.verdict(r, JudgeDecision.REJECTED, "test_failed")
                    : says(r, "def add(x, y):\n    return 0"));
    assertGold(wrong, "no_right_text");
    assertThat(wrong.getVerdicts())
        .extracting(JudgeVerdict::getKind)
        .containsExactly(GenerationKind.ANSWER, GenerationKind.PARAPHRASE);
  }

  @Test
  void aLateVerdictOnTheAnswerDoesNotDecideAboutTheParaphrase() {
    try (CurateHarness curate = asking(S3FT)) {
      curate.send(
          pair("Write one().", "def one():\n    return 1")
              .setTests(List.of("assert one() == 1"))
              .setSkill("code"));
      curate.reply(says(curate.requests().get(0), "def one():\n    return 2"));
      GenerationRequest first = curate.requests().get(0);
      curate.reply(Worker.verdict(first, JudgeDecision.REJECTED, "test_failed"));
      curate.reply(says(curate.requests().get(0), "def one():\n    return 3"));
      GenerationRequest second = curate.requests().get(0);
      curate.reply(Worker.verdict(first, JudgeDecision.ACCEPTED, "tests_passed"));
      assertThat(curate.ledger()).isEmpty();
      assertThat(curate.asked().getLate()).isEqualTo(1);
      curate.reply(Worker.verdict(second, JudgeDecision.REJECTED, "test_failed"));
      assertGold(curate.candidate(), "no_right_text");
    }
  }

  @Test
  void whatIsTooLargeForARecordLeavesGold() {
    assertGold(
        target(S3FT, apples(), r -> says(r, "5 ".repeat(Topics.MAX_PAIR_BYTES))), "too_large");
  }

  @Test
  void judgesReadTheQuestionAndNotThePromptFile(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("answer.txt"), "Say yes or no! ${instruction}");
    Candidate candidate =
        target(
            S3ft.prompts(directory.toString()),
            pair("Say it kindly.", "Please sit.").setMeta(Map.of("judge", "\"model\"")),
            r -> {
              if (r.getKind() == GenerationKind.JUDGE) {
                assertThat(r.getPrompt().getInstruction())
                    .contains("Say it kindly.")
                    .doesNotContain("Say yes or no! Say it kindly.");
              }
              return says(r, "Yes, do sit.");
            });
    assertThat(candidate.getTarget().getOrigin()).isEqualTo(Origin.MODEL);
    assertThat(candidate.getPrompt().getInstruction()).isEqualTo("Say yes or no! Say it kindly.");
  }

  @Test
  void aSandboxThatDoesNotWorkIsAskedAgainAndIsNoNo() {
    Pair.Builder code =
        pair("Write one().", "def one():\n    return 1")
            .setTests(List.of("assert one() == 1"))
            .setSkill("code");
    int[] executed = {0};
    Candidate candidate =
        target(
            S3FT,
            code,
            r -> {
              if (r.getKind() != GenerationKind.EXECUTE) {
                return says(r, "def one():\n    return 2 - 1");
              }
              executed[0]++;
              return Worker.verdict(r, JudgeDecision.ERROR, "sandbox_unavailable");
            });
    assertThat(executed[0]).isEqualTo(S3FT.attempts());
    assertGold(candidate, "judge_error");
    assertThat(candidate.getVerdicts())
        .extracting(JudgeVerdict::getKind, JudgeVerdict::getDecision)
        .containsOnly(tuple(GenerationKind.ANSWER, JudgeDecision.ERROR));
  }

  @ParameterizedTest
  @CsvSource({
    "Yes.,MODEL,right_answer",
    "'No, it says 6.',GOLD,no_right_text",
    "Perhaps,GOLD,no_right_text"
  })
  void aModelJudgesWhereTheRecordAsksForIt(String reply, Origin origin, String reason) {
    Candidate candidate =
        target(
            S3FT,
            pair("Say it kindly.", "Please sit down.").setMeta(Map.of("judge", "\"model\"")),
            r -> {
              if (r.getKind() != GenerationKind.JUDGE) {
                return says(r, "Do take a seat.");
              }
              assertThat(r.getPrompt().getInstruction())
                  .contains("Say it kindly.", "Please sit down.", "Do take a seat.");
              return says(r, reply);
            });
    assertThat(candidate.getTarget().getOrigin()).isEqualTo(origin);
    assertThat(candidate.getTarget().getReason()).isEqualTo(reason);
    assertThat(candidate.getVerdicts().get(0).getJudge()).isEqualTo("model");
  }

  @Test
  void textsOfOtherModelsAreRefusedUnlessAllowed() {
    Function<GenerationRequest, GenerationResult> teacher =
        r -> GenerationResult.newBuilder(says(r, "It is 5.")).setOurs(false).build();
    assertGold(target(S3FT, apples(), teacher), "teacher_refused");
    Candidate allowed = target(S3ft.allowingTeachers(), apples(), teacher);
    assertThat(allowed.getTarget().getOrigin()).isEqualTo(Origin.TEACHER);
    assertThat(allowed.getTarget().getReason()).isEqualTo("teacher_text");
  }

  @Test
  void offAsksNobody() {
    try (CurateHarness curate = asking(S3ftSettings.off())) {
      curate.send(apples());
      assertThat(curate.requests()).isEmpty();
      assertGold(curate.candidate(), "s3ft_off");
    }
  }

  private static void assertGold(Candidate candidate, String reason) {
    Target target = candidate.getTarget();
    assertThat(target.getReason()).isEqualTo(reason);
    assertThat(target.getOrigin()).isEqualTo(Origin.GOLD);
    assertThat(target.getText()).isEqualTo(candidate.getGold());
    assertThat(target.getModelVersion()).isNull();
    assertThat(target.getTokenIds()).isEmpty();
  }
}
