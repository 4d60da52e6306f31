package dev.alluvium.cli.experiment;

import dev.alluvium.cli.experiment.Comparison.Estimate;
import dev.alluvium.cli.experiment.Comparison.Setup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code alluvium experiment forgetting}: what is forgotten while three skills are streamed. */
@Command(
    name = "forgetting",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Stream three new skills to the suite's model, one after the other, in several ways, and",
      "measure what it forgets: of what the base model could do, and of what was streamed earlier.",
      "Runs that are done are in OUTPUT/runs.jsonl and are not run again."
    })
final class ForgettingCommand extends ComparingCommand {
  private static final List<Arm> QUICK = List.of(Arm.NAIVE, Arm.REPLAY, Arm.ALLUVIUM);

  /** So much less of new skills is taken for as good. */
  private static final double TOLERANCE = 0.01;

  /** At most so much of what naive training forgets may be forgotten. */
  private static final double HALF = 0.5;

  @Override
  String name() {
    return "forgetting";
  }

  @Override
  List<Arm> arms() {
    return Stream.concat(QUICK.stream(), Arm.SHARED.stream().filter(arm -> !QUICK.contains(arm)))
        .toList();
  }

  @Override
  int quickArms() {
    return QUICK.size();
  }

  @Override
  List<Row> rows() {
    return List.of(Row.NEW_SKILL_ACCURACY, Row.OLD_SKILL_LOSS, Row.STREAMED_SKILL_LOSS);
  }

  @Override
  List<Finding> findings(Comparison comparison) {
    Optional<Setup> naive =
        comparison.best(List.of(Arm.NAIVE, Arm.NAIVE_FULL), Row.NEW_SKILL_ACCURACY);
    Optional<Setup> replay = comparison.setup(Arm.REPLAY.name());
    List<Finding> findings = new ArrayList<>();
    for (Setup setup : comparison.setups()) {
      if (naive.isPresent() && !setup.equals(naive.get())) {
        findings.add(finding(comparison, setup, naive.get(), replay));
      }
    }
    return findings;
  }

  private static Finding finding(
      Comparison comparison, Setup setup, Setup naive, Optional<Setup> replay) {
    Estimate more = comparison.difference(setup, naive, Row.NEW_SKILL_ACCURACY);
    double old = ratio(comparison, setup, naive, Row.OLD_SKILL_LOSS);
    double streamed = ratio(comparison, setup, naive, Row.STREAMED_SKILL_LOSS);
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("new_skill_difference", more.mean());
    numbers.put("new_skill_margin", more.margin());
    numbers.put("old_skill_ratio", old);
    numbers.put("streamed_skill_ratio", streamed);
    String beside = "";
    boolean best = true;
    if (replay.isPresent() && !setup.equals(replay.get())) {
      Estimate oldLess = comparison.difference(setup, replay.get(), Row.OLD_SKILL_LOSS);
      Estimate streamedLess = comparison.difference(setup, replay.get(), Row.STREAMED_SKILL_LOSS);
      numbers.put("old_skill_loss_over_replay", oldLess.mean());
      numbers.put("streamed_skill_loss_over_replay", streamedLess.mean());
      best = oldLess.mean() < 0 && streamedLess.mean() < 0;
      beside =
          String.format(
              Locale.ROOT,
              "; beside replay only it loses %+.1f ± %.1f and %+.1f ± %.1f points (less than 0 wanted)",
              100 * oldLess.mean(),
              100 * oldLess.margin(),
              100 * streamedLess.mean(),
              100 * streamedLess.margin());
    }
    String words =
        String.format(
            Locale.ROOT,
            "loses %.2f of what %s loses of base skills and %.2f of earlier ones (at most 0.5 wanted), and learns %+.1f ± %.1f points%s",
            old,
            naive.arm(),
            streamed,
            100 * more.mean(),
            100 * more.margin(),
            beside);
    boolean forgets =
        comparison.of(naive, Row.OLD_SKILL_LOSS).mean() > 0
            && comparison.of(naive, Row.STREAMED_SKILL_LOSS).mean() > 0;
    boolean holds = forgets && more.mean() >= -TOLERANCE && old <= HALF && streamed <= HALF && best;
    return new Finding(setup.arm(), holds, words, numbers);
  }

  private static double ratio(Comparison comparison, Setup setup, Setup naive, Row row) {
    return comparison.of(setup, row).mean() / comparison.of(naive, row).mean();
  }
}
