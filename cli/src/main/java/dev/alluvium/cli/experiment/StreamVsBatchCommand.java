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

/** {@code alluvium experiment stream-vs-batch}: what training by windows costs. */
@Command(
    name = "stream-vs-batch",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Train on the same pairs as they come, window by window, and all at once in epochs, the same",
      "number of times, which is that of the defaults, and compare what is learnt and what is lost:",
      "with what is on by default but replay, which would train more, and naively.",
      "Runs that are done are in OUTPUT/runs.jsonl and are not run again."
    })
final class StreamVsBatchCommand extends ComparingCommand {
  private static final String PASSES = "train.passesPerWindow";

  /** As by default: more buy hardly anything in small windows (docs/experiments.md). */
  private static final String AS_BY_DEFAULT = "2";

  private static final Arm STREAM =
      Arm.ALLUVIUM
          .on(Arm.MIXED)
          .as("stream", Map.of("mix.replay.share", "0", PASSES, AS_BY_DEFAULT));

  private static final Arm BATCH = inEpochs(STREAM, "batch");
  private static final Arm NAIVE_STREAM =
      Arm.NAIVE.on(Arm.MIXED).as("naive-stream", Map.of(PASSES, AS_BY_DEFAULT));
  private static final Arm NAIVE_BATCH = inEpochs(NAIVE_STREAM, "naive-batch");

  /** Standard errors within which two means are taken for equal. */
  private static final double WITHIN = 2;

  @Override
  String name() {
    return "stream-vs-batch";
  }

  @Override
  List<Arm> arms() {
    return List.of(STREAM, BATCH, NAIVE_STREAM, NAIVE_BATCH);
  }

  /** One window holds everything: its passes are epochs. */
  private static Arm inEpochs(Arm stream, String name) {
    return stream.as(name, Map.of("mix.windowExamples", "5000", "mix.windowTokens", "8000000"));
  }

  @Override
  int quickArms() {
    return 4;
  }

  @Override
  List<Row> rows() {
    return List.of(Row.NEW_SKILL_ACCURACY, Row.OLD_SKILL_LOSS);
  }

  @Override
  List<Finding> findings(Comparison comparison) {
    List<Finding> findings = new ArrayList<>(findings(comparison, STREAM, BATCH));
    findings.addAll(findings(comparison, NAIVE_STREAM, NAIVE_BATCH));
    return findings;
  }

  private List<Finding> findings(Comparison comparison, Arm windows, Arm epochs) {
    Optional<Setup> stream = comparison.setup(windows.name());
    Optional<Setup> batch = comparison.setup(epochs.name());
    if (stream.isEmpty() || batch.isEmpty()) {
      return List.of();
    }
    String pair = windows.name() + " beside " + epochs.name();
    return rows().stream()
        .map(row -> finding(pair, row, comparison.difference(stream.get(), batch.get(), row)))
        .toList();
  }

  private static Finding finding(String pair, Row row, Estimate more) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("difference", more.mean());
    numbers.put("stderr", more.stderr());
    String words =
        String.format(
            Locale.ROOT,
            "%s: the stream has %+.1f points beside the batch, standard error %.1f (within two of them wanted)",
            row.title(),
            100 * more.mean(),
            100 * more.stderr());
    return new Finding(
        pair + ": " + row.name(),
        more.n() > 1 && Math.abs(more.mean()) <= WITHIN * more.stderr(),
        words,
        numbers);
  }
}
