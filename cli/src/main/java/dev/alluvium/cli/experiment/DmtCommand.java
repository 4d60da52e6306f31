package dev.alluvium.cli.experiment;

import dev.alluvium.cli.experiment.Charts.Line;
import dev.alluvium.cli.experiment.Charts.Picture;
import dev.alluvium.cli.experiment.Comparison.Setup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code alluvium experiment dmt}: what the reminders of a second stage save. */
@Command(
    name = "dmt",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Train two special skills and a general one as the paper does: all at once, one after the",
      "other, special then general, and so with a part k of the special pairs again (DMT). How much",
      "of what the general stage takes from the special skills do the reminders save?",
      "Runs that are done are in OUTPUT/runs.jsonl and are not run again."
    })
final class DmtCommand extends ComparingCommand {
  private static final List<String> SPECIAL = List.of("subtract", "program");
  private static final String GENERAL = "wrap";

  /** Of a thousand pairs a skill it makes 2.9 % of the second stage. */
  private static final String QUICK = "1/67";

  /** Of the special pairs: the quick one, and the paper's, of which 1/64 makes 3.1 % here. */
  private static final List<String> FRACTIONS =
      List.of("1/256", QUICK, "1/64", "1/16", "1/4", "1/1");

  private static final Arm PLAIN = Arm.NAIVE;
  private static final Arm STAGE_ONE = arm("special-only", Phase.of("subtract", "program"));
  private static final Arm MIXED_SEQUENTIAL =
      arm("mixed-sequential", Phase.of("subtract", "program"), Phase.of(GENERAL));
  private static final Arm MULTI_TASK = arm("multi-task", Phase.of("subtract", "program", GENERAL));
  private static final Arm SEQUENTIAL =
      arm("sequential", Phase.of("subtract"), Phase.of("program"), Phase.of(GENERAL));

  private static final Row SPECIAL_ACCURACY =
      Row.atTheEnd("special_accuracy", "special skills", SPECIAL);
  private static final Row GENERAL_ACCURACY =
      Row.atTheEnd("general_accuracy", "general skill", List.of(GENERAL));

  /** The paper's reminders of 1/256 recover 56, 55 and 89 % (arXiv 2310.05492, table 1). */
  private static final double HALF = 0.5;

  @Override
  String name() {
    return "dmt";
  }

  @Override
  List<Arm> arms() {
    return Stream.concat(
            Stream.of(STAGE_ONE, MIXED_SEQUENTIAL, MULTI_TASK, dmt(QUICK)),
            Stream.concat(
                FRACTIONS.stream().filter(each -> !each.equals(QUICK)).map(DmtCommand::dmt),
                Stream.of(SEQUENTIAL)))
        .toList();
  }

  private static Arm arm(String name, Phase... phases) {
    return PLAIN.on(List.of(phases)).as(name, Map.of());
  }

  /** One cycle: everything arrives, the mixer holds the general pairs back for its second stage. */
  private static Arm dmt(String fraction) {
    return MULTI_TASK.as(
        "dmt-" + fraction,
        Map.of(
            "mix.policy", "dmt",
            "mix.dmt.general", GENERAL,
            "mix.dmt.specialisedWindows", "0",
            "mix.dmt.generalExamples", "0",
            "mix.dmt.fraction", fraction,
            "mix.dmt.floor", "0",
            "mix.dmt.cap", "0.9"));
  }

  @Override
  int quickArms() {
    return 4;
  }

  @Override
  List<Row> rows() {
    return List.of(SPECIAL_ACCURACY, GENERAL_ACCURACY, Row.OLD_SKILL_LOSS);
  }

  @Override
  List<Finding> findings(Comparison comparison) {
    Optional<Setup> whole = comparison.setup(STAGE_ONE.name());
    Optional<Setup> without = comparison.setup(MIXED_SEQUENTIAL.name());
    Optional<Setup> union = comparison.setup(MULTI_TASK.name());
    List<Finding> findings = new ArrayList<>();
    if (whole.isPresent() && without.isPresent() && union.isPresent()) {
      for (String fraction : FRACTIONS) {
        comparison
            .setup(dmt(fraction).name())
            .ifPresent(
                setup ->
                    findings.add(
                        finding(comparison, setup, whole.get(), without.get(), union.get())));
      }
    }
    return findings;
  }

  @Override
  List<Picture> pictures(Comparison comparison) {
    List<String> byReminders = new ArrayList<>(List.of(MIXED_SEQUENTIAL.name()));
    FRACTIONS.forEach(fraction -> byReminders.add(dmt(fraction).name()));
    List<Setup> setups =
        byReminders.stream().flatMap(arm -> comparison.setup(arm).stream()).toList();
    List<Double> places = IntStream.range(0, setups.size()).mapToObj(i -> (double) i).toList();
    List<Line> lines =
        Stream.of(SPECIAL_ACCURACY, GENERAL_ACCURACY)
            .map(
                row ->
                    new Line(
                        row.title(),
                        places,
                        setups.stream().map(setup -> comparison.of(setup, row).mean()).toList()))
            .toList();
    String order = String.join(", ", setups.stream().map(Setup::arm).toList());
    return List.of(Charts.lines("dmt", "accuracy at the end by reminders", order, "%", lines));
  }

  private static Finding finding(
      Comparison comparison, Setup setup, Setup whole, Setup without, Setup union) {
    double lost = -comparison.difference(without, whole, SPECIAL_ACCURACY).mean();
    double saved = comparison.difference(setup, without, SPECIAL_ACCURACY).mean();
    double general = comparison.difference(setup, union, GENERAL_ACCURACY).mean();
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("lost_without_reminders", lost);
    numbers.put("recovered", saved / lost);
    numbers.put("general_over_multi_task", general);
    String words =
        String.format(
            Locale.ROOT,
            "of the %.1f points that mixed sequential training loses of the special skills it saves %.0f %% (half wanted); the general skill is at %+.1f points beside multi-task",
            100 * lost,
            100 * saved / lost,
            100 * general);
    return new Finding(
        setup.arm(), lost > 0 && saved >= HALF * lost && general >= 0, words, numbers);
  }
}
