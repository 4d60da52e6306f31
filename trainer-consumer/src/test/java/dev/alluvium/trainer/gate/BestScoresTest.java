package dev.alluvium.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.gate.Gate.Decision;
import dev.alluvium.trainer.gate.Gate.Ruling;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BestScoresTest {
  private static final int LEAST = 3;

  private final Gate gate = new Gate(new Budgets(0.05, 0.1), new Budgets(0.05, 0.1), LEAST, false);
  private final ProbeScores base = scores("math", 0, 10, 20).over(scores("code", 0, 10, 10));

  @Test
  void eachSkillKeepsTheVersionThatWasBestAtIt() {
    BestScores best =
        promoted(BestScores.none(), "v000001", 12, 8)
            .withPromoted("v000002", both(10, 9), LEAST)
            .withPromoted("v000004", both(11, 8), LEAST);
    assertThat(best.bySkill().get("math"))
        .isEqualTo(new BestScores.Best("v000002", 3, scores("math", 0, 10, 10)));
    assertThat(best.bySkill().get("code"))
        .as("equal is not better")
        .isEqualTo(new BestScores.Best("v000001", 3, scores("code", 0, 10, 8)));
    BestScores first = promoted(BestScores.none(), "v000001", 12, 8);
    assertThat(promoted(first, "v000001", 12, 8)).as("the same again").isEqualTo(first);
  }

  @Test
  void theVerdictNamesTheVersionThatWasBest() {
    BestScores best = promoted(BestScores.none(), "v000003", 10, 8);
    ProbeScores served = both(10.8, 8);
    assertThat(decide(best, served, both(10.9, 8)).ruling()).isEqualTo(Ruling.PROMOTE);
    Decision lost = decide(best, served, both(11.3, 8));
    assertThat(lost.ruling()).isEqualTo(Ruling.ROLLBACK);
    assertThat(lost.reason())
        .contains(
            "math: perplexity x 1.046 to 1.046 of the last promoted version's (budget 1.050, kept)",
            "x 1.130 to 1.130 of v000003's, the best (budget 1.100, exceeded)")
        .doesNotContain("code");
    assertThat(decide(BestScores.none(), served, both(11.3, 8)).ruling())
        .as("far below the base model")
        .isEqualTo(Ruling.PROMOTE);
  }

  /** What is as good as before is held, and not lost, whatever the best was. */
  @Test
  void doesNotReturnToWhatIsBeyondTheBudgetItself() {
    BestScores best = promoted(BestScores.none(), "v000001", 10, 8);
    assertThat(decide(best, both(12, 8), both(12, 8)).ruling()).isEqualTo(Ruling.HOLD);
    assertThat(decide(best, both(12, 8), both(13, 8)).ruling())
        .as("worse than the last promoted version")
        .isEqualTo(Ruling.ROLLBACK);
    assertThat(decide(best, both(10.9, 8), both(11.2, 8)).ruling()).isEqualTo(Ruling.ROLLBACK);
  }

  @Test
  void aBaseModelThatIsBetterStaysTheReference() {
    BestScores best = promoted(BestScores.none(), "v000001", 21, 10.5);
    Decision held = decide(best, both(21, 11.1), both(21, 11.1));
    assertThat(held.ruling()).isEqualTo(Ruling.HOLD);
    assertThat(held.reason()).contains("code", "of the base model's").doesNotContain("the best");
  }

  @Test
  void whatIsWorseThanTheBestSlips() {
    BestScores best = promoted(BestScores.none(), "v000001", 10, 8);
    assertThat(decide(best, both(10.5, 8), both(10.5, 8)).slipped()).containsExactly("math");
    assertThat(decide(BestScores.none(), both(10.5, 8), both(10.5, 8)).slipped()).isEmpty();
  }

  @Test
  void erasedProbesLeaveAndTooFewAreNoReference() {
    BestScores best = promoted(BestScores.none(), "v000001", 10, 8);
    BestScores three = best.without(pairs("math", 0, 7));
    assertThat(three.bySkill().get("math").scores()).isEqualTo(scores("math", 7, 10, 10));
    assertThat(decide(three, both(10.8, 8), both(11.3, 8)).ruling())
        .as("by three probes")
        .isEqualTo(Ruling.ROLLBACK);
    BestScores two = best.without(pairs("math", 0, 8));
    assertThat(decide(two, both(10.8, 8), both(11.3, 8)).ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(best.without(pairs("math", 0, 10)).bySkill()).containsOnlyKeys("code");
  }

  /** Fewer than the least, or than half of those that the version was measured by. */
  @Test
  void startsAgainWhereTooFewProbesAreTheSame() {
    BestScores best = promoted(BestScores.none(), "v000001", 10, 8);
    BestScores half = best.withPromoted("v000002", scores("math", 0, 20, 12), LEAST);
    assertThat(half.bySkill().get("math").version()).isEqualTo("v000001");
    BestScores fewer = best.withPromoted("v000002", scores("math", 0, 21, 12), LEAST);
    assertThat(fewer.bySkill().get("math"))
        .isEqualTo(new BestScores.Best("v000002", 1, scores("math", 0, 21, 12)));
    assertThat(fewer.changes(best))
        .containsExactly(
            "math: v000002 takes the place of v000001 as the best version without a comparison, because too few of its 21 probes are the same");
    assertThat(best.withPromoted("v000002", scores("math", 8, 11, 12), LEAST).changes(best))
        .as("two are the same")
        .hasSize(1);
    assertThat(best.withPromoted("v000002", both(9, 9), LEAST).changes(best))
        .containsExactly("math: v000002 is the best of 2 promoted versions, before v000001");
  }

  /** When training restarts from the weights of a version whose state is gone. */
  @Test
  void whatBecameTheBestSinceAVersionIsForgotten() {
    BestScores best =
        promoted(BestScores.none(), "v000001", 12, 8).withPromoted("v000003", both(10, 9), LEAST);
    assertThat(best.asOf("v000002").bySkill()).containsOnlyKeys("code");
    assertThat(best.asOf("v000003")).isEqualTo(best);
  }

  private Decision decide(BestScores best, ProbeScores served, ProbeScores candidate) {
    return gate.decide(new Losses(base, best, served, candidate));
  }

  private static BestScores promoted(BestScores best, String version, double math, double code) {
    return best.withPromoted(version, both(math, code), LEAST);
  }

  private static ProbeScores both(double math, double code) {
    return scores("math", 0, 10, math).over(scores("code", 0, 10, code));
  }

  /** Probes of one token each, all alike. */
  private static ProbeScores scores(String skill, int from, int to, double perplexity) {
    Map<String, ProbeScore> scores = new TreeMap<>();
    for (String pair : pairs(skill, from, to)) {
      scores.put(pair, new ProbeScore(skill, Math.log(perplexity), 1, false));
    }
    return new ProbeScores(scores);
  }

  private static Set<String> pairs(String skill, int from, int to) {
    Set<String> pairs = new TreeSet<>();
    for (int i = from; i < to; i++) {
      pairs.add(skill + i);
    }
    return pairs;
  }
}
