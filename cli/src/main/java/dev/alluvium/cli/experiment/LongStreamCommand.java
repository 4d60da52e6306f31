package dev.alluvium.cli.experiment;

import dev.alluvium.cli.experiment.Charts.Line;
import dev.alluvium.cli.experiment.Charts.Picture;
import dev.alluvium.cli.experiment.Comparison.Setup;
import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code alluvium experiment long-stream}: every skill over time, while the mix drifts. */
@Command(
    name = "long-stream",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Stream 20,000 pairs of six skills, each of which comes, swells and goes, and measure all skills",
      "twenty times on the way: with everything on, and naively. --pairs is a twentieth of the stream.",
      "Runs that are done are in OUTPUT/runs.jsonl and are not run again."
    })
final class LongStreamCommand extends ComparingCommand {
  private static final int PHASES = 20;

  /** In the order in which they swell. */
  private static final List<String> SKILLS =
      List.of("program", "subtract", "wrap", "stone", "reverse", "sort");

  /** Of these there are not more than some thousand different pairs. */
  private static final Map<String, Double> SCARCE = Map.of("subtract", 0.2, "stone", 0.15);

  /** How long a skill comes before and after its peak, as a part of the stream. */
  private static final double REACH = 0.25;

  private static final Row STREAMED = Row.atTheEnd("streamed_accuracy", "streamed skills", SKILLS);
  private static final Row UNTOUCHED =
      Row.atTheEnd(
          "untouched_accuracy",
          "other base skills",
          Skills.OLD.stream().map(Skill::name).filter(name -> !SKILLS.contains(name)).toList());

  @Override
  String name() {
    return "long-stream";
  }

  @Override
  List<Arm> arms() {
    List<Phase> drift = drift();
    return Stream.of(Arm.NAIVE, Arm.ALLUVIUM, Arm.REPLAY).map(arm -> arm.on(drift)).toList();
  }

  /** Shares that swell and fall by straight lines, each skill around its own peak. */
  static List<Phase> drift() {
    List<Phase> phases = new ArrayList<>();
    for (int i = 0; i < PHASES; i++) {
      double time = (i + 0.5) / PHASES;
      SortedMap<String, Double> weights = new TreeMap<>();
      for (int s = 0; s < SKILLS.size(); s++) {
        double peak = (s + 0.5) / SKILLS.size();
        double weight = 1 - Math.abs(time - peak) / REACH;
        if (weight > 0) {
          weights.put(SKILLS.get(s), weight * SCARCE.getOrDefault(SKILLS.get(s), 1.0));
        }
      }
      double all = weights.values().stream().mapToDouble(w -> w).sum();
      weights.replaceAll((skill, weight) -> weight / all);
      phases.add(new Phase(weights));
    }
    return phases;
  }

  @Override
  int quickArms() {
    return 2;
  }

  @Override
  List<Long> seeds(boolean all) {
    return all ? super.seeds(false) : List.of(101L);
  }

  @Override
  boolean everySkill() {
    return true;
  }

  @Override
  List<Row> rows() {
    return List.of(STREAMED, UNTOUCHED);
  }

  @Override
  List<Finding> findings(Comparison comparison) {
    Optional<Setup> naive = comparison.setup(Arm.NAIVE.name());
    List<Finding> findings = new ArrayList<>();
    for (Setup setup : comparison.setups()) {
      if (naive.isPresent() && !setup.equals(naive.get())) {
        findings.add(finding(comparison, setup, naive.get()));
      }
    }
    return findings;
  }

  @Override
  List<Picture> pictures(Comparison comparison) {
    List<Picture> pictures = new ArrayList<>();
    for (Setup setup : comparison.setups()) {
      List<Map<String, Double>> timeline = new ArrayList<>(List.of(comparison.base()));
      timeline.addAll(comparison.timeline(setup));
      List<Double> times =
          IntStream.range(0, timeline.size()).mapToObj(i -> (double) i / PHASES).toList();
      List<Line> lines =
          comparison.base().keySet().stream()
              .map(
                  skill ->
                      new Line(
                          skill, times, timeline.stream().map(then -> then.get(skill)).toList()))
              .toList();
      pictures.add(
          Charts.lines(
              "long-stream-" + setup.arm(),
              setup.arm() + ": accuracy of every skill over time",
              "part of the stream that was trained",
              "%",
              lines));
    }
    return pictures;
  }

  private static Finding finding(Comparison comparison, Setup setup, Setup naive) {
    double streamed = comparison.difference(setup, naive, STREAMED).mean();
    double untouched = comparison.difference(setup, naive, UNTOUCHED).mean();
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("streamed_over_naive", streamed);
    numbers.put("untouched_over_naive", untouched);
    String words =
        String.format(
            Locale.ROOT,
            "at the end it has %+.1f points of the streamed skills beside naive training, and %+.1f of base skills that never came (more than 0 wanted)",
            100 * streamed,
            100 * untouched);
    return new Finding(setup.arm(), streamed > 0 && untouched > 0, words, numbers);
  }
}
