package dev.alluvium.cli.bench.streams;

import dev.alluvium.cli.bench.streams.Measurement.Timed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What a benchmark found.
 *
 * @param rounds the measured ones
 * @param peakMemoryMb most memory this process, which runs stage and copy, has held
 * @param brokerPeakMemoryMb most memory the broker has held
 */
record StreamsResult(
    List<Round> rounds, Optional<Long> peakMemoryMb, Optional<Long> brokerPeakMemoryMb) {

  /**
   * One stage run and the copy after it.
   *
   * @param counts what came out of the stage, by kind
   */
  record Round(Timed stage, Timed copy, Map<String, Long> counts) {
    /** The stage's rate beside the copy's. */
    double ratio() {
      return stage.recordsPerSecond() / copy.recordsPerSecond();
    }
  }

  /** The median over the rounds. */
  double median(ToDoubleFunction<Round> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
