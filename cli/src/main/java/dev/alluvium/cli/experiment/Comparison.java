package dev.alluvium.cli.experiment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;

/** Runs beside each other, seed by seed. */
final class Comparison {
  private static final double TWO_SIDED_95 = 0.975;

  private final Map<Setup, Map<Long, RunResult>> bySetup = new LinkedHashMap<>();

  /** What runs of several seeds have in common. */
  record Setup(String arm, double rate) {}

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
    bySetup
        .computeIfAbsent(new Setup(run.arm(), run.rate()), setup -> new LinkedHashMap<>())
        .put(run.seed(), run);
  }

  /** What was run, in the order in which it came. */
  List<Setup> setups() {
    return List.copyOf(bySetup.keySet());
  }

  /** The setups of an arm, in the order of their rates. */
  List<Setup> setups(String arm) {
    return bySetup.keySet().stream()
        .filter(setup -> setup.arm().equals(arm))
        .sorted((a, b) -> Double.compare(a.rate(), b.rate()))
        .toList();
  }

  /** The first setup of an arm: that of an experiment with one rate. */
  Optional<Setup> setup(String arm) {
    return setups(arm).stream().findFirst();
  }

  /** The arm, and its rate too where it was run at several. */
  String name(Setup setup, String between) {
    return setups(setup.arm()).size() == 1 ? setup.arm() : setup.arm() + between + setup.rate();
  }

  /** Of some arms the setup that has most of a row. */
  Optional<Setup> best(List<Arm> arms, Row row) {
    return arms.stream()
        .flatMap(arm -> setups(arm.name()).stream())
        .max(Comparator.comparingDouble(setup -> of(setup, row).mean()));
  }

  /** One row of a setup. */
  Estimate of(Setup setup, Row row) {
    return estimate(runs(setup).values().stream().map(row::of).toList());
  }

  /** One row of a setup less that of another, paired by seed. */
  Estimate difference(Setup setup, Setup other, Row row) {
    List<Double> differences = new ArrayList<>();
    runs(setup)
        .forEach(
            (seed, run) -> {
              RunResult paired = runs(other).get(seed);
              if (paired != null) {
                differences.add(row.of(run) - row.of(paired));
              }
            });
    return estimate(differences);
  }

  /** What the base model answers right of each skill's problems, mean over seeds. */
  Map<String, Double> base() {
    Map<Long, Map<String, Double>> bySeed = new TreeMap<>();
    bySetup.values().forEach(runs -> runs.forEach((seed, run) -> bySeed.put(seed, run.base())));
    return mean(List.copyOf(bySeed.values()));
  }

  /** What is right of each measured skill after each phase, mean over seeds. */
  List<Map<String, Double>> timeline(Setup setup) {
    Collection<RunResult> runs = runs(setup).values();
    int phases = runs.stream().mapToInt(run -> run.timeline().size()).min().orElse(0);
    return IntStream.range(0, phases)
        .mapToObj(phase -> mean(runs.stream().map(run -> run.timeline().get(phase)).toList()))
        .toList();
  }

  private static Map<String, Double> mean(List<Map<String, Double>> all) {
    Map<String, Double> means = new LinkedHashMap<>();
    all.forEach(
        one -> one.forEach((skill, share) -> means.merge(skill, share / all.size(), Double::sum)));
    return means;
  }

  private Map<Long, RunResult> runs(Setup setup) {
    return bySetup.getOrDefault(setup, Map.of());
  }

  private static Estimate estimate(List<Double> values) {
    int n = values.size();
    double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double stderr = n < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / (n - 1) / n);
    return new Estimate(mean, stderr, n);
  }
}
