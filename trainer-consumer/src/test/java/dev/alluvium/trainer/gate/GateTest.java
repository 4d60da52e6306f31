package dev.alluvium.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.schemas.avro.ProbeResult;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GateTest {
  private final Gate gate = new Gate(0.05);

  @Test
  void promotesWhatIsWithinTheBudget() {
    Gate.Decision decision = gate.decide(scores(20, 10), scores(18, 10.4));

    assertThat(decision.promoted()).isTrue();
  }

  @Test
  void refusesOneSkillBeyondTheBudgetHoweverGoodTheOthersAre() {
    Gate.Decision decision = gate.decide(scores(20, 10), scores(1, 12));

    assertThat(decision.promoted()).isFalse();
    assertThat(decision.reason()).contains("code").doesNotContain("math");
  }

  @Test
  void failsClosedWhereNothingCanBeSaid() {
    assertThat(gate.decide(ProbeScores.none(), ProbeScores.none()).promoted()).isFalse();
    assertThat(gate.decide(scores(20, 10), ProbeScores.none()).promoted()).isFalse();
    assertThat(gate.decide(scores(20, 10), scores(Double.NaN, 10)).promoted()).isFalse();
    assertThat(gate.decide(scores(Double.NaN, 10), scores(20, 10)).promoted()).isFalse();
  }

  @Test
  void comparesOnlyProbesThatBothHave() {
    ProbeScores reference = new ProbeScores(Map.of("a", score("math", 10)));
    ProbeScores candidate =
        new ProbeScores(Map.of("a", score("math", 9), "hard", score("math", 900)));

    assertThat(gate.decide(reference, candidate).promoted()).isTrue();
  }

  @Test
  void sumsUpBySkill() {
    ProbeScores scores =
        new ProbeScores(
            Map.of(
                "a", new ProbeScore("math", 4, 2, true),
                "b", new ProbeScore("math", 2, 4, false),
                "c", new ProbeScore("code", 0, 5, true)));

    Map<String, ProbeResult> table = ProbeTable.of(scores);

    assertThat(table.get("math").getPerplexity()).isCloseTo(Math.E, within(1e-12));
    assertThat(table.get("math").getAccuracy()).isEqualTo(0.5);
    assertThat(table.get("math").getN()).isEqualTo(2);
    assertThat(table.get("code").getPerplexity()).isEqualTo(1);
  }

  private static ProbeScores scores(double math, double code) {
    return new ProbeScores(Map.of("m", score("math", math), "c", score("code", code)));
  }

  /** One token whose perplexity is the given number. */
  private static ProbeScore score(String skill, double perplexity) {
    return new ProbeScore(skill, Math.log(perplexity), 1, false);
  }
}
