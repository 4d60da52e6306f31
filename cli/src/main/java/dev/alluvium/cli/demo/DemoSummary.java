package dev.alluvium.cli.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.ProbeJson;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.VersionStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What a demo has done: the books of every pair, and what was learned.
 *
 * @param produced pairs the broker took
 * @param malformed pieces of the files that are no pair and were not produced
 * @param flow what the processes reported
 * @param deadLetters dead letters by reason
 * @param version the version that holds the last window, if a window was trained
 * @param adapter where its weights stay
 * @param seconds time from the start of this JVM to some moments
 * @param peakMemoryMb most memory of each child
 */
record DemoSummary(
    long produced,
    long malformed,
    FlowState flow,
    Map<String, Long> deadLetters,
    Optional<ModelVersion> version,
    Optional<Path> adapter,
    Map<String, Double> seconds,
    Map<String, Long> peakMemoryMb) {
  private static final double MILLI = 1000;

  /** Where the pairs are, by name; their sum is what was produced. */
  Map<String, Long> books() {
    Map<String, Long> books = new TreeMap<>();
    books.put("rejected", flow.rejected() + mix(MixReport::getRefused));
    books.put("duplicates", flow.duplicates());
    books.put("held_out", mix(MixReport::getHeldOut));
    books.put("waiting", produced - flow.decided());
    books.put("pooled", mix(report -> FlowState.sum(report.getPooled())));
    books.put("expired", mix(report -> FlowState.sum(report.getExpired())));
    books.put("queued", mix(MixReport::getQueued));
    books.put("quarantined", mix(MixReport::getQuarantined));
    books.put("trained", mix(MixReport::getTrained));
    return books;
  }

  /** Empty when the books add up, else what does not. */
  Optional<String> discrepancy() {
    long sum = FlowState.sum(books());
    return sum == produced
        ? Optional.empty()
        : Optional.of(
            "the books do not add up: %d produced, %d accounted for".formatted(produced, sum));
  }

  /** Empty unless the gate refused the version; then why it did. */
  Optional<String> refused() {
    return version
        .filter(v -> v.getStatus() != VersionStatus.PROMOTED)
        .map(v -> "%s is %s: %s".formatted(v.getVersion(), v.getStatus(), v.getReason()));
  }

  /** What the process says to its caller, one of {@link ExitCodes}. */
  int exitCode() {
    if (discrepancy().isPresent()) {
      return ExitCodes.FAILED;
    }
    return refused().isPresent() ? ExitCodes.GATE_REFUSED : ExitCodes.DONE;
  }

  /** The contract for programs. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode pairs = json.putObject("pairs");
    pairs.put("produced", produced);
    books().forEach(pairs::put);
    json.put("malformed", malformed);
    putCounts(json.putObject("dead_letters"), deadLetters);
    json.put("windows", mix(MixReport::getLastWindow));
    json.put("tokens_trained", flow.tokens());
    ObjectNode loss = json.putObject("loss");
    flow.firstWindow().ifPresent(window -> loss.put("first", window.getLossFirst()));
    flow.lastWindow().ifPresent(window -> loss.put("last", window.getLossLast()));
    ObjectNode origins = json.putObject("origins");
    List.of("MODEL", "PARAPHRASE", "GOLD").forEach(origin -> origins.put(origin, 0));
    flow.mix().ifPresent(report -> putCounts(origins, report.getOrigins()));
    json.set("probes", ProbeJson.of(version.map(ModelVersion::getProbes).orElse(Map.of())));
    ObjectNode times = json.putObject("seconds");
    seconds.forEach((name, time) -> times.put(name, Math.round(time * MILLI) / MILLI));
    json.put("adapter", adapter.map(Path::toString).orElse(null));
    json.put("version", version.map(ModelVersion::getVersion).orElse(null));
    json.put("status", version.map(v -> v.getStatus().name()).orElse(null));
    putCounts(json.putObject("peak_rss_mb"), peakMemoryMb);
    return json;
  }

  /** Mean loss per token at the beginning, or NaN before the first window. */
  double lossFirst() {
    return flow.firstWindow().map(TrainReport::getLossFirst).orElse(Double.NaN);
  }

  /** Mean loss per token at the end, or NaN before the first window. */
  double lossLast() {
    return flow.lastWindow().map(TrainReport::getLossLast).orElse(Double.NaN);
  }

  private long mix(ToLongFunction<MixReport> field) {
    return flow.mix().map(report -> field.applyAsLong(report)).orElse(0L);
  }

  private static void putCounts(ObjectNode node, Map<String, Long> counts) {
    new TreeMap<>(counts).forEach(node::put);
  }
}
