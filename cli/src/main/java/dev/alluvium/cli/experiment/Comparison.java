package dev.alluvium.cli.experiment;

import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.TDistribution;

/** Arms beside each other, seed by seed. */
final class Comparison {
  private static final List<String> OLD = names(Skills.OLD);
  private static final List<String> STREAMED = names(Skills.NEW);

  /** Those after which others are streamed. */
  private static final List<String> EARLIER = STREAMED.subList(0, STREAMED.size() - 1);

  private static final double TWO_SIDED_95 = 0.975;

  private final Map<String, Map<Long, RunResult>> byArm = new LinkedHashMap<>();

  /** What is measured of a run, as shares of right answers. */
  enum Row {
    /** Accuracy at the streamed skills, each right after its own phase. */
    NEW_SKILL_ACCURACY(run -> run.learntMean(STREAMED)),
    /** Accuracy at the base model's own skills that is gone at the end. */
    OLD_SKILL_LOSS(run -> run.lost(OLD)),
    /** Accuracy at the skills streamed earlier that is gone at the end. */
    STREAMED_SKILL_LOSS(run -> run.unlearnt(EARLIER));

    private final ToDoubleFunction<RunResult> share;

    Row(ToDoubleFunction<RunResult> share) {
      this.share = share;
    }

    /** Of one run. */
    double of(RunResult run) {
      return share.applyAsDouble(run);
    }
  }

  /**
   * A mean over seeds.
   *
   * @param mean a share of right answers
   * @param stderr its standard error; infinite for one seed
   * @param n seeds
   */
  record Estimate(double mean, double stderr, int n) {
    /** Half of the two-sided 95 % interval, by Student's t. */
    double margin() {
      return n < 2
          ? Double.POSITIVE_INFINITY
          : stderr * TDistribution.of(n - 1).inverseCumulativeProbability(TWO_SIDED_95);
    }
  }

  /** Adds a run. */
  void add(RunResult run) {
    byArm.computeIfAbsent(run.arm(), arm -> new LinkedHashMap<>()).put(run.seed(), run);
  }

  /** The arms, in the order in which they came. */
  List<String> arms() {
    return List.copyOf(byArm.keySet());
  }

  /** One row of an arm. */
  Estimate of(String arm, Row row) {
    return estimate(runs(arm).values().stream().map(row::of).toList());
  }

  /** One row of an arm less that of another, paired by seed. */
  Estimate difference(String arm, String other, Row row) {
    List<Double> differences = new ArrayList<>();
    runs(arm)
        .forEach(
            (seed, run) -> {
              RunResult paired = runs(other).get(seed);
              if (paired != null) {
                differences.add(row.of(run) - row.of(paired));
              }
            });
    return estimate(differences);
  }

  private Map<Long, RunResult> runs(String arm) {
    return byArm.getOrDefault(arm, Map.of());
  }

  private static Estimate estimate(List<Double> values) {
    int n = values.size();
    double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double stderr = n < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / (n - 1) / n);
    return new Estimate(mean, stderr, n);
  }

  private static List<String> names(List<Skill> skills) {
    return skills.stream().map(Skill::name).toList();
  }
}
