package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.judges.Question;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.trainer.config.GateSettings;
import dev.alluvium.trainer.gate.BestScores;
import dev.alluvium.trainer.gate.Examination;
import dev.alluvium.trainer.gate.Gate;
import dev.alluvium.trainer.gate.Gate.Ruling;
import dev.alluvium.trainer.gate.Losses;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import dev.alluvium.trainer.gate.WrittenAnswers;
import dev.alluvium.trainer.gate.WrittenQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every key of the gate decides by itself about the same weights. */
class GateSettingsTest {
  /** Six probes: 8 percent over the last promoted version's, 12 over the base model's. */
  private final ProbeScores base = scores(6, 1);

  private final ProbeScores promoted = scores(6, 1.12 / 1.08);
  private final ProbeScores candidate = scores(6, 1.12);

  @Test
  void eachKeyHasAnEffect() {
    assertThat(ruling(losses(0.1, 0.2, 5, "refuse"))).isEqualTo(Ruling.PROMOTE);
    assertThat(ruling(losses(0.05, 0.2, 5, "refuse"))).isEqualTo(Ruling.ROLLBACK);
    assertThat(ruling(losses(0.1, 0.1, 5, "refuse"))).isEqualTo(Ruling.ROLLBACK);
    assertThat(ruling(losses(0.1, 0.2, 7, "refuse"))).isEqualTo(Ruling.HOLD);
  }

  /** The best version was as good as the base model is not; both keys have their own anchor. */
  @Test
  void theReferenceIsTheBestVersionOrTheBaseModel() {
    BestScores best = BestScores.none().withPromoted("v000001", scores(6, 0.9), 5);
    Losses losses = new Losses(base, best, promoted, candidate);
    assertThat(examined("best", losses).reason()).contains("v000001's, the best (budget 1.200, ");
    assertThat(examined("best", losses).ruling()).isEqualTo(Ruling.ROLLBACK);
    assertThat(examined("base", losses).ruling()).isEqualTo(Ruling.PROMOTE);
  }

  private static Gate.Decision examined(String reference, Losses losses) {
    GateSettings settings = new GateSettings(1, 0.1, 0.2, reference, 5, "refuse", 0, 1, 0.05, 0.1);
    return Trainer.examination(settings, probe -> Optional.empty(), "how")
        .decide(
            new Examination.Answerers("v000003", questions -> Map.of(), questions -> Map.of()),
            List.of(),
            losses,
            WrittenAnswers.none(),
            UnaryOperator.identity())
        .decision();
  }

  @Test
  void anUnmeasuredSkillIsPassedOverWhenThatIsWanted() {
    Map<String, ProbeScore> more = new TreeMap<>(base.byProbe());
    more.put("one", new ProbeScore("code", 1, 1, false));
    ProbeScores two = new ProbeScores(more);
    GateSettings refuse = losses(0.1, 0.2, 5, "refuse");
    GateSettings ignore = losses(0.1, 0.2, 5, "ignore");
    assertThat(Trainer.gate(refuse).decide(losses(two, two, two)).ruling()).isEqualTo(Ruling.HOLD);
    assertThat(Trainer.gate(ignore).decide(losses(two, two, two)).ruling())
        .isEqualTo(Ruling.PROMOTE);
  }

  /** Of 200 answers five percent were lost since the last promoted version, ten since the base. */
  @Test
  void eachKeyOfWrittenAnswersHasAnEffect() {
    assertThat(examined(answers(200, 0.15, 0.2), 200).decision().ruling())
        .isEqualTo(Ruling.PROMOTE);
    assertThat(examined(answers(200, 0.05, 0.2), 200).decision().reason())
        .contains("not shown", "100 of 200 written answers right");
    assertThat(examined(answers(200, 0.15, 0.1), 200).decision().reason())
        .contains("not shown", "than the base model's 120");
    assertThat(examined(answers(0, 0.15, 0.2), 0).answers()).isEmpty();
    assertThat(examined(answers(80, 0.5, 0.5), 80).decision().ruling()).isEqualTo(Ruling.PROMOTE);
  }

  private static GateSettings losses(
      double budget, double cumulative, int leastProbes, String unmeasured) {
    return new GateSettings(
        1, budget, cumulative, "best", leastProbes, unmeasured, 0, 1, 0.05, 0.1);
  }

  private static Losses losses(ProbeScores base, ProbeScores promoted, ProbeScores candidate) {
    return new Losses(base, BestScores.none(), promoted, candidate);
  }

  private static GateSettings answers(int judgedProbes, double budget, double cumulative) {
    return new GateSettings(1, 0.05, 0.1, "best", 5, "refuse", judgedProbes, 1, budget, cumulative);
  }

  private static Examination.Result examined(GateSettings settings, int expected) {
    List<String> asked = new ArrayList<>();
    Examination.Result result =
        Trainer.examination(
                settings,
                probe ->
                    Optional.of(
                        new WrittenQuestion(
                            probe.getPairId(),
                            probe.getSkill(),
                            new int[] {1},
                            Question.of("?", "1"),
                            true)),
                "how")
            .decide(
                new Examination.Answerers(
                    "v000002",
                    questions -> {
                      Map<String, Boolean> given = right(100);
                      List<String> ids = questions.stream().map(WrittenQuestion::pairId).toList();
                      asked.addAll(ids);
                      given.keySet().retainAll(ids);
                      return given;
                    },
                    questions -> Map.of()),
                probes(),
                losses(ProbeScores.none(), ProbeScores.none(), ProbeScores.none()),
                new WrittenAnswers("how", right(120), right(110), Map.of()),
                UnaryOperator.identity());
    assertThat(asked).hasSize(expected);
    return result;
  }

  private static Map<String, Boolean> right(int number) {
    Map<String, Boolean> answers = new TreeMap<>();
    probes().forEach(probe -> answers.put(probe.getPairId(), answers.size() < number));
    return answers;
  }

  private static List<Probe> probes() {
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      probes.add(
          Probe.newBuilder()
              .setPairId("p" + i)
              .setSkill("math")
              .setGroup("g")
              .setPrompt(Prompt.newBuilder().setInstruction("?").build())
              .setGold("1")
              .setPosition(new SourcePosition("pairs.v1", 0, (long) i))
              .build());
    }
    return probes;
  }

  private Ruling ruling(GateSettings settings) {
    return Trainer.gate(settings).decide(losses(base, promoted, candidate)).ruling();
  }

  /** Probes of one token whose perplexity is the given number. */
  private static ProbeScores scores(int probes, double perplexity) {
    Map<String, ProbeScore> scores = new TreeMap<>();
    for (int i = 0; i < probes; i++) {
      scores.put("p" + i, new ProbeScore("math", Math.log(perplexity), 1, false));
    }
    return new ProbeScores(scores);
  }
}
