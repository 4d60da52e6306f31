package dev.alluvium.cli.experiment;

import static dev.alluvium.cli.experiment.ComparisonTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What experiments say of runs whose numbers are made up. */
class FindingsTest {
  private static final Offset<Double> EXACT = within(1e-12);

  private static Comparison of(RunResult... runs) {
    Comparison comparison = new Comparison();
    Stream.of(runs).forEach(comparison::add);
    return comparison;
  }

  @Test
  void forgettingWantsHalfOfBothLossesAndNoLessLearnt() {
    // Learnt is 0.9 and 0.8, so earlier skills lose 0.25 at 0.6, and 0.05 at 0.8.
    List<Finding> findings =
        new ForgettingCommand()
            .findings(
                of(
                    run("naive", 1, 0.5),
                    run("replay", 1, 0.5, 0.75),
                    run("kl", 1, 0.2),
                    run("alluvium", 1, 0.2, 0.8)));
    assertThat(findings).extracting(Finding::about).containsExactly("replay", "kl", "alluvium");
    assertThat(findings).extracting(Finding::holds).containsExactly(false, false, true);
    assertThat(findings.get(2).numbers().get("old_skill_ratio")).isEqualTo(0.4, EXACT);
    assertThat(findings.get(2).numbers().get("streamed_skill_ratio")).isEqualTo(0.2, EXACT);
    assertThat(findings.get(2).numbers().get("old_skill_loss_over_replay")).isEqualTo(-0.3, EXACT);
    assertThat(findings.get(2).numbers().get("streamed_skill_loss_over_replay"))
        .isEqualTo(-0.05, EXACT);
    assertThat(
            new ForgettingCommand()
                .findings(
                    of(
                        run("naive", 1, 0.5),
                        run("replay", 1, 0.5, 0.8),
                        run("alluvium", 1, 0.2, 0.8))))
        .as("no better than replay alone")
        .noneMatch(Finding::holds);
    assertThat(new ForgettingCommand().findings(of(run("kl", 1, 0)))).isEmpty();
    assertThat(new ForgettingCommand().findings(of(run("naive", 1, -0.1), run("kl", 1, 0))))
        .as("naive training that loses nothing leaves nothing to halve")
        .noneMatch(Finding::holds);
  }

  @Test
  void remindersSaveWhatTheGeneralStageTakes() {
    List<Finding> findings =
        new DmtCommand()
            .findings(
                of(
                    run("special-only", 1, 0.1, 0.9),
                    run("mixed-sequential", 1, 0.1, 0.5),
                    run("multi-task", 1, 0.1, 0.8),
                    run("dmt-1/256", 1, 0.1, 0.6),
                    run("dmt-1/64", 1, 0.05, 0.8),
                    run("dmt-1/16", 1, 0.2, 0.9)));
    assertThat(findings)
        .extracting(Finding::about)
        .containsExactly("dmt-1/256", "dmt-1/64", "dmt-1/16");
    assertThat(findings.get(1).numbers().get("recovered")).isEqualTo(0.75, EXACT);
    assertThat(findings.get(0).numbers().get("recovered")).isEqualTo(0.25, EXACT);
    assertThat(findings)
        .as("a quarter is too little, and so is less of the general skill than multi-task has")
        .extracting(Finding::holds)
        .containsExactly(false, true, false);
  }

  @Test
  void aGainIsOneBeyondItsMargin() {
    // What is learnt is the same in all runs made up here.
    List<Finding> findings =
        new SftMixCommand()
            .findings(
                of(
                    run("naive", 1, 0.1),
                    run("naive", 2, 0.1),
                    run("sftmix", 1, 0.1),
                    run("sftmix", 2, 0.1)));
    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).numbers().get("gain")).isZero();
    assertThat(findings.get(0).holds()).isFalse();
  }

  @Test
  void streamAndBatchAreEqualWithinTwoStandardErrors() {
    // Differences of 0.1 and 0.3: mean 0.2, standard error 0.1.
    List<Finding> equal =
        new StreamVsBatchCommand()
            .findings(
                of(
                    run("stream", 1, 0.5),
                    run("batch", 1, 0.4),
                    run("stream", 2, 0.5),
                    run("batch", 2, 0.2)));
    assertThat(equal)
        .extracting(Finding::about)
        .containsExactly(
            "stream beside batch: new_skill_accuracy", "stream beside batch: old_skill_loss");
    assertThat(equal.get(1).numbers().get("stderr")).isEqualTo(0.1, EXACT);
    assertThat(equal.get(0).holds()).isTrue();
    List<Finding> unequal =
        new StreamVsBatchCommand()
            .findings(
                of(
                    run("stream", 1, 0.5),
                    run("batch", 1, 0.4),
                    run("stream", 2, 0.5),
                    run("batch", 2, 0.39)));
    assertThat(unequal.get(1).holds()).isFalse();
    assertThat(
            new StreamVsBatchCommand()
                .findings(of(run("naive-stream", 1, 0), run("naive-batch", 1, 0))))
        .extracting(Finding::about)
        .first()
        .isEqualTo("naive-stream beside naive-batch: new_skill_accuracy");
    assertThat(new StreamVsBatchCommand().findings(of(run("stream", 1, 0), run("batch", 1, 0))))
        .as("one seed has no standard error")
        .noneMatch(Finding::holds);
  }

  @Test
  void lossIsComparedWhereAsMuchIsLearnt() {
    Tradeoff tradeoff =
        new Tradeoff(
            List.of(
                new Tradeoff.Point(0.2, 0.0),
                new Tradeoff.Point(0.6, 0.4),
                new Tradeoff.Point(0.4, 0.9)));
    assertThat(tradeoff.at(0.5).orElseThrow().lost())
        .as("the first pair around it")
        .isEqualTo(0.3, EXACT);
    assertThat(tradeoff.at(0.1)).as("all learn more").contains(new Tradeoff.Point(0.2, 0.0));
    assertThat(tradeoff.at(0.7)).as("none learns so much").isEmpty();
  }

  @Test
  void ownTargetsAreComparedWithGoldAtItsBestRate() {
    List<Finding> findings =
        new S3ftCommand().findings(of(run("naive", 1, 0.4), run("s3ft", 1, 0.1)));
    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).numbers().get("drop_ratio")).isEqualTo(0.25, EXACT);
    assertThat(findings.get(0).holds()).isTrue();
  }

  @Test
  void theQuickRunsOfDmtAreThoseThatItsQuestionNeeds() {
    DmtCommand dmt = new DmtCommand();
    assertThat(dmt.arms().subList(0, dmt.quickArms()))
        .extracting(Arm::name)
        .containsExactly("special-only", "mixed-sequential", "multi-task", "dmt-1/67");
    assertThat(dmt.arms()).extracting(Arm::name).doesNotHaveDuplicates().hasSize(10);
  }

  @Test
  void theLongStreamWantsMoreOfBothThanNaiveTrainingHas() {
    // The last two numbers are what every old skill loses, and what the new ones have at the end.
    List<Finding> findings =
        new LongStreamCommand()
            .findings(of(run("naive", 1, 0.5, 0.5), run("alluvium", 1, 0.1, 0.8)));
    assertThat(findings).extracting(Finding::about).containsExactly("alluvium");
    assertThat(findings.get(0).holds()).isTrue();
    assertThat(
            new LongStreamCommand()
                .findings(of(run("naive", 1, 0.1, 0.8), run("alluvium", 1, 0.5, 0.5))))
        .noneMatch(Finding::holds);
  }
}
