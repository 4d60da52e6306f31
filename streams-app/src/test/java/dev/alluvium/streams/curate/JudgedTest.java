package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.asking;
import static dev.alluvium.streams.curate.CurateHarness.pair;
import static dev.alluvium.streams.curate.Worker.answerAll;
import static dev.alluvium.streams.curate.Worker.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Judge;
import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Verdict;
import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.SkillTargets;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.streams.config.S3ftSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What judges, prompts and scores do to targets, beside judges whose verdicts are known. */
class JudgedTest {
  private static final int PAIRS = 60;

  /** Reads every gold and says the same about every text. */
  private abstract static class Constant implements Judge {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public boolean reads(Question question) {
      return true;
    }
  }

  /** Says yes to everything. */
  public static final class Always extends Constant {
    @Override
    public String name() {
      return "always";
    }

    @Override
    public Verdict judge(Question question, Attempt attempt) {
      return Verdict.accepted(this, Reason.EQUAL, "yes");
    }
  }

  /** Says no to everything. */
  public static final class Never extends Constant {
    @Override
    public String name() {
      return "never";
    }

    @Override
    public Verdict judge(Question question, Attempt attempt) {
      return Verdict.rejected(this, Reason.DIFFERENT, "no");
    }
  }

  private static Judges judges(Class<? extends Judge> type, String name) {
    JudgeSettings settings =
        new JudgeSettings(
            Map.of(name, type.getName()), Map.of(), name, JudgeSettings.DEFAULT.sandbox());
    return new Judges(settings, new JudgeTools(settings.sandbox().toSandbox()));
  }

  /** Every third text is cut off, every fourth is gold. */
  private static GenerationResult mixed(GenerationRequest request) {
    int i = Integer.parseInt(request.getPairId());
    String text = i % 4 == 0 ? "gold " + i : "text " + i;
    return GenerationResult.newBuilder(says(request, text))
        .setFinish(i % 3 == 0 ? FinishReason.LENGTH : FinishReason.STOP)
        .build();
  }

  /** Each pair is decided before the next comes: windows keep the order of decisions. */
  private static List<Candidate> candidates(S3ftSettings settings, Judges judges) {
    try (CurateHarness curate = asking(settings, judges)) {
      for (int i = 0; i < PAIRS; i++) {
        curate.send(pair("question " + i, "gold " + i).setId(Integer.toString(i)).setSkill("x"));
        answerAll(curate, JudgedTest::mixed);
      }
      return curate.candidates();
    }
  }

  @Test
  void aJudgeThatAlwaysSaysYesMakesEveryFinishedTextATargetUnlessItIsGold() {
    List<Candidate> all = candidates(S3ft.settings(), judges(Always.class, "always"));
    assertThat(all).hasSize(PAIRS);
    for (Candidate candidate : all) {
      int i = Integer.parseInt(candidate.getPairId());
      Target target = candidate.getTarget();
      boolean own = i % 3 != 0 && i % 4 != 0;
      assertThat(target.getOrigin()).as("pair %d", i).isEqualTo(own ? Origin.MODEL : Origin.GOLD);
      assertThat(target.getText()).isEqualTo(own ? "text " + i : "gold " + i);
    }
  }

  /** The windows are compared byte by byte, but for what says where a target comes from. */
  @Test
  void aJudgeThatAlwaysSaysNoMakesTheSameWindowsAsNoModel() {
    List<Candidate> no = candidates(S3ft.settings(), judges(Never.class, "never"));
    List<Candidate> off = candidates(S3ftSettings.off(), CurateHarness.JUDGES);
    assertThat(no)
        .allMatch(
            c ->
                c.getTarget().getReason().equals("no_right_text")
                    || c.getTarget().getReason().equals("copy_of_gold"));
    assertThat(off).allMatch(c -> c.getTarget().getReason().equals("s3ft_off"));
    List<Example> withModel = Windows.of(no);
    assertThat(withModel).hasSize(PAIRS);
    assertThat(bytes(withModel)).isEqualTo(bytes(Windows.of(off)));
  }

  private static List<String> bytes(List<Example> examples) {
    AvroSerde<Example> serde = AvroSerde.of(Example.class, CurateHarness.SCHEMAS);
    return examples.stream()
        .map(JudgedTest::withoutReason)
        .map(example -> HexFormat.of().formatHex(serde.toBytes(example)))
        .toList();
  }

  private static Example withoutReason(Example example) {
    Target target = Target.newBuilder(example.getTarget()).setReason("any").build();
    return Example.newBuilder(example).setTarget(target).build();
  }

  @Test
  void ownTextsAreScoredBesideGoldAfterTheSamePrompt() {
    try (CurateHarness curate = asking(S3ft.scoring(1), judges(Always.class, "always"))) {
      curate.send(pair("Say hello", "Hello.").setSkill("general"));
      GenerationRequest answer = curate.requests().get(0);
      curate.reply(says(answer, "Hi there."));
      GenerationRequest score = curate.requests().get(0);
      assertThat(score.getKind()).isEqualTo(GenerationKind.SCORE);
      assertThat(score.getPrompt()).isEqualTo(answer.getPrompt());
      assertThat(score.getText()).isEqualTo("Hi there.");
      assertThat(score.getGold()).isEqualTo("Hello.");
      curate.reply(Worker.scores(score, 1.0, 6.0));
      curate.reply(
          Worker.result(score).setFinish(FinishReason.ERROR).setError("not supported").build());
      assertThat(curate.asked().getResults()).containsEntry("score", 2L);
      SkillTargets skill = curate.asked().getSkills().get("general");
      assertThat(skill.getScored()).isEqualTo(1);
      assertThat(skill.getTextLoss()).isEqualTo(0.5);
      assertThat(skill.getGoldLoss()).isEqualTo(1.5);
    }
  }

  @Test
  void aShareOfTheTargetsIsScored() {
    try (CurateHarness curate = asking(S3ft.scoring(0.25), judges(Always.class, "always"))) {
      for (int i = 0; i < 400; i++) {
        curate.send(pair("question " + i, "gold " + i).setId(Integer.toString(i)));
      }
      answerAll(
          curate,
          r -> r.getKind() == GenerationKind.SCORE ? Worker.scores(r, 1, 1) : says(r, "own text"));
      // Binomial with n = 400 and p = 1/4: four standard deviations are 35.
      assertThat(curate.asked().getRequests().get("score")).isBetween(65L, 135L);
    }
  }

  @Test
  void countsWhatHappened() {
    try (CurateHarness curate = asking(S3ft.settings())) {
      curate.send(pair("1 + 1?", "2").setSkill("math"));
      curate.send(pair("1 + 2?", "3").setSkill("math"));
      answerAll(curate, r -> says(r, "It is 2."));
      AskReport report = curate.asked();
      assertThat(report.getRequests()).isEqualTo(Map.of("answer", 2L, "paraphrase", 1L));
      assertThat(report.getResults()).isEqualTo(Map.of("answer", 2L, "paraphrase", 1L));
      SkillTargets math = report.getSkills().get("math");
      assertThat(math.getOrigins()).isEqualTo(Map.of("MODEL", 1L, "GOLD", 1L));
      assertThat(math.getReasons()).isEqualTo(Map.of("right_answer", 1L, "no_right_text", 1L));
      assertThat(math.getVerdicts())
          .isEqualTo(
              Map.of("answer_accepted", 1L, "answer_rejected", 1L, "paraphrase_rejected", 1L));
      assertThat(report.getTokens()).isEqualTo(9);
      assertThat(report.getPromptTokens()).isEqualTo(33);
      assertThat(report.getLatencyMillis()).isEqualTo(60);
    }
  }

  @Test
  void promptsComeFromFilesAndTheAskingPromptIsTheTrainingPrompt(@TempDir Path directory)
      throws IOException {
    Files.writeString(directory.resolve("answer.txt"), "Q: ${instruction}\n");
    Files.createDirectories(directory.resolve("math"));
    Files.writeString(
        directory.resolve("math/answer.txt"), "${instruction} End with: The answer is N.");
    Files.writeString(directory.resolve("math/paraphrase.txt"), "${instruction} rewrite: ${gold}");
    try (CurateHarness curate = asking(S3ft.prompts(directory.toString()))) {
      curate.send(pair("1 + 1?", "2 ${answer}").setSkill("math").setAnswer("2"));
      curate.send(pair("Say hello", "Hello.").setSkill("general"));
      List<GenerationRequest> answers = curate.requests();
      assertThat(answers)
          .extracting(r -> r.getPrompt().getInstruction())
          .containsExactly("1 + 1? End with: The answer is N.", "Q: Say hello");
      curate.reply(says(answers.get(0), "The answer is 3."));
      GenerationRequest paraphrase = curate.requests().get(0);
      // Gold is never read for places.
      assertThat(paraphrase.getPrompt().getInstruction())
          .isEqualTo("1 + 1? End with: The answer is N. rewrite: 2 ${answer}");
      assertThat(paraphrase.getTemplate()).isNotEqualTo(answers.get(0).getTemplate());
      curate.reply(says(paraphrase, "It is 2."));
      Candidate candidate = curate.candidate();
      assertThat(candidate.getPrompt()).isEqualTo(answers.get(0).getPrompt());
      assertThat(candidate.getTarget().getTemplate()).isEqualTo(answers.get(0).getTemplate());
    }
  }

  @Test
  void refusesPromptFilesThatCannotWork(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("answer.txt");
    Files.writeString(file, "${instruction} ${gold}");
    assertThatThrownBy(() -> asking(S3ft.prompts(directory.toString())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("answer.txt")
        .hasMessageContaining("gold");
    Files.writeString(file, "Say something.");
    assertThatThrownBy(() -> asking(S3ft.prompts(directory.toString())))
        .hasMessageContaining("has no ${instruction}");
    assertThatThrownBy(() -> asking(S3ft.prompts(directory.resolve("none").toString())))
        .hasMessageContaining("s3ft.prompts is");
  }

  @Test
  void samplingIsAskedForAsSet() {
    try (CurateHarness curate = asking(S3ft.settings())) {
      curate.send(pair("one", "1"));
      curate.send(pair("two", "2"));
      List<GenerationRequest> requests = curate.requests();
      assertThat(requests).extracting(GenerationRequest::getMaxTokens).containsOnly(100);
      assertThat(requests).extracting(GenerationRequest::getTemperature).containsOnly(0.5);
      assertThat(requests.get(0).getSeed()).isNotEqualTo(requests.get(1).getSeed());
      // Seed 9 in the settings, 1 in the defaults: the difference stays visible.
      try (CurateHarness other = asking(S3ftSettings.defaults())) {
        other.send(pair("one", "1"));
        assertThat(other.requests().get(0).getSeed() ^ requests.get(0).getSeed()).isEqualTo(9 ^ 1);
      }
    }
  }
}
