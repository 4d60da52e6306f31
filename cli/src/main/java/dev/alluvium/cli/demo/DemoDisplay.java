package dev.alluvium.cli.demo;

import dev.alluvium.cli.command.Progress;
import dev.alluvium.cli.command.Table;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.ProbeComparison;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What people see of a demo: steps, progress, and the summary. */
final class DemoDisplay implements AutoCloseable {
  private final PrintWriter err;
  private final Stopwatch stopwatch;
  private @Nullable Progress progress;
  private long produced;
  private String status = "";

  DemoDisplay(PrintWriter err, Stopwatch stopwatch) {
    this.err = err;
    this.stopwatch = stopwatch;
  }

  /** A line with the time since the start. */
  void say(String line) {
    err.println(String.format(Locale.ROOT, "%6.1f s  %s", stopwatch.seconds(), line));
    err.flush();
  }

  /** So many pairs are in. */
  void produced(long pairs) {
    produced = pairs;
  }

  /** Where the flow stands. */
  void show(FlowState state) {
    long settled = settled(state);
    status =
        String.format(
            Locale.ROOT,
            "%,d pairs in, %,d settled, %d windows trained, %,d tokens, loss %s",
            produced,
            settled,
            state.windowsTrained(),
            state.tokens(),
            state
                .lastWindow()
                .map(window -> String.format(Locale.ROOT, "%.3f", window.getLossLast()))
                .orElse("-"));
    if (progress == null) {
      progress = new Progress(err, "demo", produced, () -> status);
    }
    progress.reached(settled);
  }

  private static long settled(FlowState state) {
    return state.rejected()
        + state.duplicates()
        + state
            .mix()
            .map(m -> m.getHeldOut() + m.getTrained() + m.getRefused() + m.getQuarantined())
            .orElse(0L);
  }

  /** The summary for people. */
  void summary(DemoSummary summary) {
    close();
    err.println();
    Table books = new Table("PAIRS", String.valueOf(summary.produced()));
    summary.books().entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .forEach(entry -> books.row("  " + entry.getKey().replace('_', ' '), entry.getValue()));
    books.print(err);
    summary.deadLetters().forEach((reason, n) -> err.println("  dead letter " + reason + ": " + n));
    err.printf(
        Locale.ROOT,
        "%n%d windows, %,d tokens, loss %.3f -> %.3f%n%n",
        summary.flow().mix().map(MixReport::getLastWindow).orElse(0L),
        summary.flow().tokens(),
        summary.lossFirst(),
        summary.lossLast());
    summary.version().ifPresent(this::probes);
    err.printf(Locale.ROOT, "%n%s%n", times(summary.seconds()));
    summary
        .adapter()
        .ifPresent(
            path ->
                err.printf(
                    "%s is %s; its weights: %s%n",
                    summary.version().map(ModelVersion::getVersion).orElse(""),
                    summary.version().map(v -> v.getStatus().name()).orElse(""),
                    path));
    err.flush();
  }

  private void probes(ModelVersion version) {
    Table table = new Table("PROBES", "N", "PERPLEXITY", "", "ACCURACY", "");
    for (Map.Entry<String, ProbeComparison> skill : new TreeMap<>(version.getProbes()).entrySet()) {
      ProbeComparison c = skill.getValue();
      table.row(
          skill.getKey(),
          c.getAfter().getN(),
          String.format(Locale.ROOT, "%.2f", c.getBefore().getPerplexity()),
          String.format(Locale.ROOT, "-> %.2f", c.getAfter().getPerplexity()),
          String.format(Locale.ROOT, "%.1f %%", 100 * c.getBefore().getAccuracy()),
          String.format(Locale.ROOT, "-> %.1f %%", 100 * c.getAfter().getAccuracy()));
    }
    table.print(err);
  }

  private static String times(Map<String, Double> seconds) {
    StringBuilder text = new StringBuilder("seconds:");
    seconds.forEach(
        (name, time) ->
            text.append(String.format(Locale.ROOT, " %s %.1f", name.replace('_', ' '), time)));
    return text.toString();
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
