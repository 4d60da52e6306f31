package dev.alluvium.cli.experiment;

import dev.alluvium.cli.experiment.Comparison.Estimate;
import dev.alluvium.cli.experiment.Comparison.Setup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code alluvium experiment sftmix}: whether SFTMix gains, and by more than chance mixing. */
@Command(
    name = "sftmix",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Train on three new skills at once, with SFTMix, with its mixtures of examples drawn by chance,",
      "and without any, and compare what is learnt, paired by seed.",
      "Runs that are done are in OUTPUT/runs.jsonl and are not run again."
    })
final class SftMixCommand extends ComparingCommand {
  private static final Arm PLAIN = Arm.NAIVE.on(Arm.MIXED);
  private static final Arm MIXED = Arm.SFTMIX.on(Arm.MIXED);
  private static final Arm CONTROL = Arm.SFTMIX_RANDOM.on(Arm.MIXED);

  @Override
  String name() {
    return "sftmix";
  }

  @Override
  List<Arm> arms() {
    return List.of(PLAIN, MIXED, CONTROL);
  }

  @Override
  int quickArms() {
    return 3;
  }

  @Override
  List<Row> rows() {
    return List.of(Row.NEW_SKILL_ACCURACY, Row.OLD_SKILL_LOSS);
  }

  @Override
  List<Finding> findings(Comparison comparison) {
    Optional<Setup> mixed = comparison.setup(MIXED.name());
    List<Finding> findings = new ArrayList<>();
    if (mixed.isPresent()) {
      for (Arm other : List.of(PLAIN, CONTROL)) {
        comparison
            .setup(other.name())
            .ifPresent(setup -> findings.add(gain(comparison, mixed.get(), setup)));
      }
    }
    return findings;
  }

  private static Finding gain(Comparison comparison, Setup mixed, Setup other) {
    Estimate gain = comparison.difference(mixed, other, Row.NEW_SKILL_ACCURACY);
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("gain", gain.mean());
    numbers.put("margin", gain.margin());
    String words =
        String.format(
            Locale.ROOT,
            "learns %+.1f ± %.1f points beside %s (more than 0 wanted)",
            100 * gain.mean(),
            100 * gain.margin(),
            other.arm());
    return new Finding(
        mixed.arm() + " beside " + other.arm(), gain.mean() > gain.margin(), words, numbers);
  }
}
