package dev.alluvium.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.schemas.avro.ProbeResult;
import dev.alluvium.trainer.gate.Gate.Ruling;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
  private static final double BUDGET = 0.05;
  private static final double CUMULATIVE = 0.1;
  private static final int SIMULATIONS = 1_000;

  private static final Budgets LOSSES = new Budgets(BUDGET, CUMULATIVE);
  private static final Budgets ANSWERS = new Budgets(0.05, 0.1);

  private final Gate gate = new Gate(LOSSES, ANSWERS, 3, false);

  @Test
  void promotesWhatIsShownToBeWithinTheBudget() {
    ProbeScores before = scores(20, 10);
    assertThat(decide(before, before, before).ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(decide(before, before, scores(18, 9)).ruling()).isEqualTo(Ruling.PROMOTE);
  }

  @Test
  void tellsWhichSkillsSlipWithinTheirBudgets() {
    double most = 10 * (1 + BUDGET / 2);
    ProbeScores before = scores(20, 10);
    Gate.Decision since = decide(before, before, scores(20, most));
    assertThat(since.ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(since.slipped()).containsExactly("code");
    assertThat(decide(before, scores(20, most), scores(20, most)).slipped())
        .as("no worse than the last promoted version, but than the base model")
        .containsExactly("code");
    assertThat(decide(before, scores(20, 9), scores(20, 9)).slipped()).isEmpty();
    assertThat(decide(before, before, scores(20, 14)).slipped()).as("training returns").isEmpty();
  }

  @Test
  void returnsWhenOneSkillIsWorseForCertainHoweverGoodTheOthersAre() {
    Gate.Decision decision = decide(scores(20, 10), scores(20, 10), scores(1, 14));
    assertThat(decision.ruling()).isEqualTo(Ruling.ROLLBACK);
    assertThat(decision.reason()).contains("code").doesNotContain("math");
  }

  @Test
  void holdsWhatFewProbesCannotTell() {
    ProbeScores before = scores(20, 10);
    Map<String, ProbeScore> after = new HashMap<>(before.byProbe());
    after.put("code0", score("code", 12));
    after.put("code1", score("code", 9));
    Gate.Decision decision = decide(before, before, new ProbeScores(after));
    assertThat(decision.ruling()).isEqualTo(Ruling.HOLD);
    assertThat(decision.reason()).contains("code", "would tell").doesNotContain("math");
  }

  @Test
  void aSkillThatTheModelCanTakeNoProbeOfIsUnmeasured() {
    ProbeScores before = scores(20, 10);
    Gate.Decision exam =
        gate.decide(Set.of("code", "exam"), losses(before, before, before), Map.of());
    assertThat(exam.ruling()).isEqualTo(Ruling.HOLD);
    assertThat(exam.reason()).isEqualTo("fewer than 3 probes: exam (0 probes)");
    ProbeScores fewer =
        new ProbeScores(
            before.byProbe().entrySet().stream()
                .filter(probe -> probe.getValue().skill().equals("math"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    assertThat(decide(fewer, before, fewer).reason())
        .as("the last promoted version was measured by it")
        .isEqualTo("fewer than 3 probes: code (0 probes)");
  }

  @Test
  void namesWhatIsTrainedAndCannotBeAskedAbout() {
    ProbeScores before = scores(20, 10);
    Gate.Decision decision = decide(before, before, before).without(List.of("law", "poetry"));
    assertThat(decision.ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(decision.reason())
        .isEqualTo(
            "every skill is within its budget; not asked about, because no probe of it was held out: law, poetry");
    assertThat(decision.without(List.of())).isEqualTo(decision);
  }

  @Test
  void failsClosedWhereNothingCanBeSaid() {
    ProbeScores none = ProbeScores.none();
    assertThat(decide(none, none, none).ruling()).isEqualTo(Ruling.HOLD);
    assertThat(decide(scores(20, 10), none, none).ruling()).isEqualTo(Ruling.HOLD);
    assertThat(decide(scores(Double.NaN, 10), none, scores(20, 10)).ruling())
        .isEqualTo(Ruling.HOLD);
    assertThat(decide(scores(20, 10), none, scores(Double.NaN, 10)).ruling())
        .isEqualTo(Ruling.ROLLBACK);
  }

  @Test
  void aSkillWithTooFewProbesRefusesUnlessItIsToBeIgnored() {
    Map<String, ProbeScore> with = new HashMap<>(scores(20, 10).byProbe());
    with.put("rare", score("rare", 3));
    ProbeScores scores = new ProbeScores(with);
    Gate.Decision decision = decide(scores, scores, scores);
    assertThat(decision.ruling()).isEqualTo(Ruling.HOLD);
    assertThat(decision.reason()).contains("rare (1 probes)");
    assertThat(new Gate(LOSSES, ANSWERS, 3, true).decide(losses(scores, scores, scores)).ruling())
        .isEqualTo(Ruling.PROMOTE);
    assertThat(new Gate(LOSSES, ANSWERS, 9, true).decide(losses(scores, scores, scores)).ruling())
        .isEqualTo(Ruling.HOLD);
  }

  /** What the last promoted version was never asked counts as the base model answers it. */
  @Test
  void aSkillWhoseProbesAreNewIsHeldAgainstTheBaseModel() {
    ProbeScores promoted = scores(15, 8);
    ProbeScores base = with(scores(20, 10), "new", 5);
    assertThat(decide(base, promoted, with(promoted, "new", 4)).ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(decide(base, promoted, with(promoted, "new", 7)).ruling())
        .isEqualTo(Ruling.ROLLBACK);
  }

  /** Such as when the budget has been lowered: what is as good as before is held, and not lost. */
  @Test
  void doesNotReturnToWhatIsBeyondTheBudgetItself() {
    ProbeScores base = scores(20, 10);
    ProbeScores promoted = scores(20, 12);
    assertThat(decide(base, promoted, scores(20, 12)).ruling()).isEqualTo(Ruling.HOLD);
    assertThat(decide(base, promoted, scores(20, 13)).ruling()).isEqualTo(Ruling.ROLLBACK);
    assertThat(decide(base, scores(20, 10.9), scores(20, 11.2)).ruling())
        .isEqualTo(Ruling.ROLLBACK);
  }

  /** Held-out poison agrees with poison: it has no vote on it. */
  @Test
  void probesThatCameSinceHaveNoVote() {
    ProbeScores promoted = scores(15, 8);
    Map<String, ProbeScore> poisoned = new HashMap<>(scores(25, 8).byProbe());
    Map<String, ProbeScore> before = new HashMap<>(scores(20, 10).byProbe());
    for (int i = 0; i < 30; i++) {
      before.put("poison" + i, score("math", 900));
      poisoned.put("poison" + i, score("math", 2));
    }
    assertThat(decide(new ProbeScores(before), promoted, new ProbeScores(poisoned)).ruling())
        .isEqualTo(Ruling.ROLLBACK);
  }

  /** Cochran's ratio estimate for three probes, by hand. */
  @Test
  void theRiseIsARatioEstimate() {
    Map<String, ProbeScore> before = new HashMap<>();
    Map<String, ProbeScore> after = new HashMap<>();
    double[][] probes = {{10, 11, 4}, {6, 6, 2}, {3, 5, 4}};
    for (int i = 0; i < probes.length; i++) {
      before.put("p" + i, new ProbeScore("math", probes[i][0], (int) probes[i][2], false));
      after.put("p" + i, new ProbeScore("math", probes[i][1], (int) probes[i][2], false));
    }
    PerplexityRise rise =
        PerplexityRise.of("math", new ProbeScores(before), new ProbeScores(after));
    // Differences 1, 0 and 2 over 10 tokens; residuals -0.2, -0.6 and 0.8.
    assertThat(rise.rise()).isCloseTo(0.3, within(1e-12));
    assertThat(rise.error()).isCloseTo(Math.sqrt(3 / 2.0 * 1.04) / 10, within(1e-12));
    // Student's t with two degrees of freedom has a closed form: 1/2 + t / (2 sqrt(2 + t^2)).
    double t = (0.3 - Math.log(1.05)) / rise.error();
    assertThat(rise.chanceIfAt(0.05)).isCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), within(1e-9));
  }

  /**
   * At the number of probes that the formula asks for, weights that are worse by the budget pass in
   * fewer than one case of twenty, and equal ones in more than four of five; with losses that
   * change by skewed amounts too.
   */
  @ParameterizedTest
  @CsvSource({"1, false", "4, false", "4, true"})
  void keepsItsErrorRates(int skills, boolean skewed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(skills);
    double deviation = 0.2;
    DrawnScores.Changes noise = DrawnScores.changes(random, skewed);
    long n = needed(random, deviation, skills, noise);
    assertThat(n).isBetween(100L, 700L);
    int bad = 0;
    int good = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      bad += promoted(random, skills, n, deviation, noise, Math.log1p(BUDGET)) ? 1 : 0;
      good += promoted(random, skills, n, deviation, noise, 0) ? 1 : 0;
    }
    assertThat(bad / (double) SIMULATIONS).isLessThan(0.05);
    assertThat(good / (double) SIMULATIONS).isGreaterThan(0.8);
  }

  /** Each version is worse by a fifth of the budget: the other anchor stops it. */
  @Test
  void stopsASlowDecay() {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(50);
    DrawnScores.Changes noise = DrawnScores.changes(random, false);
    ProbeScores base = DrawnScores.drawn(random, "math", 400);
    ProbeScores served = base;
    int promotions = 0;
    for (int cycle = 0; cycle < 50; cycle++) {
      ProbeScores next = DrawnScores.changed(served, Math.log1p(BUDGET / 5), 0.02, noise);
      if (decide(base, served, next).promoted()) {
        served = next;
        promotions++;
      }
    }
    double decay = Math.exp(PerplexityRise.of("math", base, served).rise()) - 1;
    assertThat(promotions).isBetween(3, 11);
    assertThat(decay).isLessThan(CUMULATIVE);
  }

  private static long needed(
      UniformRandomProvider random, double deviation, int skills, DrawnScores.Changes noise) {
    ProbeScores many = DrawnScores.drawn(random, "math", 20_000);
    PerplexityRise rise =
        PerplexityRise.of("math", many, DrawnScores.changed(many, 0, deviation, noise));
    return rise.probesNeeded(BUDGET, Gate.LEVEL, skills);
  }

  private boolean promoted(
      UniformRandomProvider random,
      int skills,
      long n,
      double deviation,
      DrawnScores.Changes noise,
      double rise) {
    ProbeScores before = ProbeScores.none();
    ProbeScores after = ProbeScores.none();
    for (int skill = 0; skill < skills; skill++) {
      ProbeScores drawn = DrawnScores.drawn(random, "skill" + skill, n);
      before = before.over(drawn);
      // Only one skill is worse: that is the hardest case to see.
      after = after.over(DrawnScores.changed(drawn, skill == 0 ? rise : 0, deviation, noise));
    }
    return decide(before, before, after).promoted();
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

  private Gate.Decision decide(ProbeScores base, ProbeScores promoted, ProbeScores candidate) {
    return gate.decide(losses(base, promoted, candidate));
  }

  private static Losses losses(ProbeScores base, ProbeScores promoted, ProbeScores candidate) {
    return new Losses(base, BestScores.none(), promoted, candidate);
  }

  /** Three probes of each skill, all alike. */
  private static ProbeScores scores(double math, double code) {
    return with(with(ProbeScores.none(), "math", math), "code", code);
  }

  private static ProbeScores with(ProbeScores scores, String skill, double perplexity) {
    Map<String, ProbeScore> all = new HashMap<>(scores.byProbe());
    for (int i = 0; i < 3; i++) {
      all.put(skill + i, score(skill, perplexity));
    }
    return new ProbeScores(all);
  }

  /** One token whose perplexity is the given number. */
  private static ProbeScore score(String skill, double perplexity) {
    return new ProbeScore(skill, Math.log(perplexity), 1, false);
  }
}
