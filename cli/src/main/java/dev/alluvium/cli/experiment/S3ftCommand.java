package dev.alluvium.cli.experiment;

import dev.alluvium.cli.experiment.Charts.Line;
import dev.alluvium.cli.experiment.Charts.Picture;
import dev.alluvium.cli.experiment.Comparison.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code alluvium experiment s3ft}: what own targets save, at the same accuracy learnt. */
@Command(
    name = "s3ft",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Train on gold, on S3FT's targets and on the two ways that it is made of, at several learning",
      "rates, and compare what is lost of the base skills where as much was learnt: at the accuracy",
      "that gold reaches at its best rate, between two rates by a straight line; where more is learnt",
      "at every rate, at the one at which least is.",
      "Runs that are done are in OUTPUT/runs.jsonl and are not run again."
    })
final class S3ftCommand extends ComparingCommand {
  /** Of the paper's drops: 2.5 points of S3FT, 4.4 of SFT (arXiv 2502.08130, abstract). */
  private static final double PAPER = 2.5 / 4.4;

  @Override
  String name() {
    return "s3ft";
  }

  @Override
  List<Arm> arms() {
    return List.of(Arm.NAIVE, Arm.S3FT, Arm.SDFT, Arm.SELF_ONLY);
  }

  @Override
  int quickArms() {
    return 2;
  }

  @Override
  List<Double> rates(boolean all) {
    return all ? List.of(0.0003, 0.0005, 0.001, 0.002) : List.of(0.0005, 0.001);
  }

  @Override
  List<Row> rows() {
    return List.of(Row.NEW_SKILL_ACCURACY, Row.OLD_SKILL_LOSS, Row.STREAMED_SKILL_LOSS);
  }

  @Override
  List<Finding> findings(Comparison comparison) {
    Optional<Setup> best = comparison.best(List.of(Arm.NAIVE), Row.NEW_SKILL_ACCURACY);
    List<Finding> findings = new ArrayList<>();
    if (best.isPresent()) {
      for (Arm arm : arms()) {
        if (!arm.equals(Arm.NAIVE) && !comparison.setups(arm.name()).isEmpty()) {
          findings.add(finding(comparison, arm.name(), best.get()));
        }
      }
    }
    return findings;
  }

  @Override
  List<Picture> pictures(Comparison comparison) {
    List<Line> lines =
        arms().stream()
            .map(Arm::name)
            .filter(arm -> !comparison.setups(arm).isEmpty())
            .map(
                arm ->
                    new Line(
                        arm,
                        comparison.setups(arm).stream()
                            .map(setup -> 100 * comparison.of(setup, Row.NEW_SKILL_ACCURACY).mean())
                            .toList(),
                        comparison.setups(arm).stream()
                            .map(setup -> comparison.of(setup, Row.OLD_SKILL_LOSS).mean())
                            .toList()))
            .toList();
    return List.of(
        Charts.lines(
            "s3ft",
            "what is lost for what is learnt, by learning rate",
            "% of new skills' problems answered right",
            "points of base skills lost",
            lines));
  }

  private static Finding finding(Comparison comparison, String arm, Setup naive) {
    double learnt = comparison.of(naive, Row.NEW_SKILL_ACCURACY).mean();
    double lost = comparison.of(naive, Row.OLD_SKILL_LOSS).mean();
    List<Tradeoff.Point> points =
        comparison.setups(arm).stream()
            .map(
                setup ->
                    new Tradeoff.Point(
                        comparison.of(setup, Row.NEW_SKILL_ACCURACY).mean(),
                        comparison.of(setup, Row.OLD_SKILL_LOSS).mean()))
            .toList();
    Optional<Tradeoff.Point> matched = new Tradeoff(points).at(learnt);
    if (matched.isEmpty()) {
      return new Finding(
          arm, false, String.format(Locale.ROOT, "never learns %.1f", 100 * learnt), Map.of());
    }
    Tradeoff.Point own = matched.get();
    double ratio = own.lost() / lost;
    String words =
        String.format(
            Locale.ROOT,
            "loses %.1f points of the base skills where it has learnt %.1f; gold at its best rate loses %.1f and has learnt %.1f: %.2f of it (at most %.2f wanted)",
            100 * own.lost(),
            100 * own.learnt(),
            100 * lost,
            100 * learnt,
            ratio,
            PAPER);
    return new Finding(
        arm,
        lost > 0 && ratio <= PAPER,
        words,
        Map.of("drop_ratio", ratio, "accuracy", own.learnt(), "gold_accuracy", learnt));
  }
}
