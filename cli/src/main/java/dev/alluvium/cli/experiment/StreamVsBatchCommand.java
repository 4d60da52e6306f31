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
      "number of times, and compare what is learnt and what is lost.",
      "Runs that are done are in OUTPUT/runs.jsonl and are not run again."
    })
final class StreamVsBatchCommand extends ComparingCommand {
  private static final Arm STREAM = Arm.NAIVE.on(Arm.MIXED).as("stream", Map.of());

  /** One window holds everything: its passes are epochs. */
  private static final Arm BATCH =
      STREAM.as("batch", Map.of("mix.windowExamples", "5000", "mix.windowTokens", "8000000"));

  /** Standard errors within which two means are taken for equal. */
  private static final double WITHIN = 2;

  @Override
  String name() {
    return "stream-vs-batch";
  }

  @Override
  List<Arm> arms() {
    return List.of(STREAM, BATCH);
  }

  @Override
  int quickArms() {
    return 2;
  }

  @Override
  List<Row> rows() {
    return List.of(Row.NEW_SKILL_ACCURACY, Row.OLD_SKILL_LOSS);
  }

  @Override
  List<Finding> findings(Comparison comparison) {
    Optional<Setup> stream = comparison.setup(STREAM.name());
    Optional<Setup> batch = comparison.setup(BATCH.name());
    List<Finding> findings = new ArrayList<>();
    if (stream.isPresent() && batch.isPresent()) {
      for (Row row : rows()) {
        findings.add(finding(row, comparison.difference(stream.get(), batch.get(), row)));
      }
    }
    return findings;
  }

  private static Finding finding(Row row, Estimate more) {
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
        row.name(),
        more.n() > 1 && Math.abs(more.mean()) <= WITHIN * more.stderr(),
        words,
        numbers);
  }
}
