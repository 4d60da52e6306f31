package dev.alluvium.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.cli.experiment.Comparison.Estimate;
import dev.alluvium.cli.experiment.Comparison.Setup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Setup NAIVE = new Setup("naive", 0.001);
  private static final Setup ALLUVIUM = new Setup("alluvium", 0.001);

  private final Comparison comparison = new Comparison();

  @Test
  void rowsAreMeansOverTheirOwnSkills() {
    comparison.add(run("naive", 1, 0.5));
    Estimate learnt = comparison.of(NAIVE, Row.NEW_SKILL_ACCURACY);
    assertThat(learnt.mean()).isEqualTo((0.9 + 0.8 + 0.7) / 3, within(1e-12));
    assertThat(learnt.stderr()).as("one seed").isInfinite();
    assertThat(comparison.of(NAIVE, Row.OLD_SKILL_LOSS).mean()).isEqualTo(0.5, within(1e-12));
    assertThat(comparison.of(NAIVE, Row.STREAMED_SKILL_LOSS).mean())
        .as("not of the skill streamed last")
        .isEqualTo((0.9 + 0.8) / 2 - 0.6, within(1e-12));
  }

  /** Of 0.1, 0.2 and 0.3: deviation 0.1, so 0.1 / sqrt 3; t(0.975, 2) is 4.302653. */
  @Test
  void theIntervalIsStudents() {
    comparison.add(run("naive", 1, 0.1));
    comparison.add(run("naive", 2, 0.2));
    comparison.add(run("naive", 3, 0.3));
    Estimate lost = comparison.of(NAIVE, Row.OLD_SKILL_LOSS);
    assertThat(lost.mean()).isEqualTo(0.2, within(1e-12));
    assertThat(lost.stderr()).isEqualTo(0.1 / Math.sqrt(3), within(1e-12));
    assertThat(lost.margin()).isEqualTo(4.302653 * 0.1 / Math.sqrt(3), within(1e-6));
  }

  @Test
  void differencesArePairedBySeed() {
    comparison.add(run("naive", 1, 0.5));
    comparison.add(run("naive", 2, 0.9));
    comparison.add(run("alluvium", 2, 0.4));
    comparison.add(run("alluvium", 1, 0.1));
    comparison.add(run("alluvium", 3, 1));
    Estimate less = comparison.difference(ALLUVIUM, NAIVE, Row.OLD_SKILL_LOSS);
    assertThat(less.n()).isEqualTo(2);
    assertThat(less.mean()).isEqualTo(-0.45, within(1e-12));
  }

  @Test
  void theBestOfSomeArmsHasMostOfARow() {
    comparison.add(run("naive", 1, 0.5));
    comparison.add(run("naive-full", 1, 0.6));
    comparison.add(run("alluvium", 1, 0.9));
    assertThat(comparison.best(List.of(Arm.NAIVE, Arm.NAIVE_FULL), Row.OLD_SKILL_LOSS))
        .map(Setup::arm)
        .contains("naive-full");
    assertThat(comparison.best(List.of(Arm.REPLAY), Row.OLD_SKILL_LOSS)).isEmpty();
  }

  @Test
  void theBaseAndTheTimelineAreMeansOverSeeds() {
    comparison.add(run("naive", 1, 0.5));
    comparison.add(run("naive", 2, 0.1));
    comparison.add(run("alluvium", 2, 0.1));
    assertThat(comparison.base()).containsEntry("reverse", 1.0).hasSize(5);
    assertThat(comparison.timeline(NAIVE)).hasSize(1);
    assertThat(comparison.timeline(NAIVE).get(0).get("reverse")).isEqualTo(0.7, within(1e-12));
  }

  /** The base can do everything; so much of every old skill is lost. */
  static RunResult run(String arm, long seed, double lost) {
    return run(arm, seed, lost, 0.6);
  }

  /** The same, with an accuracy of the streamed skills at the end. */
  static RunResult run(String arm, long seed, double lost, double streamed) {
    Map<String, Double> base = new HashMap<>();
    Map<String, Double> end = new HashMap<>();
    for (String skill : new String[] {"reverse", "sort", "add", "code", "count"}) {
      base.put(skill, 1.0);
      end.put(skill, 1 - lost);
    }
    end.put("wrap", 1 - lost);
    Map<String, Double> learnt = Map.of("subtract", 0.9, "program", 0.8, "stone", 0.7);
    learnt.keySet().forEach(skill -> end.put(skill, streamed));
    return new RunResult(
        arm + seed,
        Map.of(),
        arm,
        seed,
        false,
        0.001,
        10,
        10,
        base,
        learnt,
        List.of(end),
        end,
        Map.of(),
        100,
        1);
  }
}
