package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.CurateState;
import dev.alluvium.schemas.avro.Report;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A task's totals and the numbers of its remembered prompts: one row of a store, written in the
 * same transaction as what it counts, and reported once a second when it has changed.
 */
final class TaskMemory {
  private static final Duration REPORT_EVERY = Duration.ofSeconds(1);
  private static final String ROW = "totals";

  private final ProcessorContext<byte[], Output> context;
  private final KeyValueStore<String, CurateState> store;
  private final Totals totals;
  private long oldestPrompt;
  private long nextPrompt;
  private @Nullable CurateReport reported;

  /**
   * Loads the row and schedules the reports.
   *
   * @param stage first part of the task's name in reports
   */
  TaskMemory(ProcessorContext<byte[], Output> context, String storeName, String stage) {
    this.context = context;
    this.store = context.getStateStore(storeName);
    CurateState state = store.get(ROW);
    if (state == null) {
      totals = Totals.none(stage + "-" + context.taskId().partition());
    } else {
      totals = Totals.of(state.getReport());
      oldestPrompt = state.getOldestPrompt();
      nextPrompt = state.getNextPrompt();
    }
    context.schedule(REPORT_EVERY, PunctuationType.WALL_CLOCK_TIME, this::report);
  }

  Totals totals() {
    return totals;
  }

  /** How many prompts are remembered. */
  long prompts() {
    return nextPrompt - oldestPrompt;
  }

  /** The number of a new prompt. */
  long addPrompt() {
    return nextPrompt++;
  }

  /** The number of the prompt to forget. */
  long removeOldestPrompt() {
    return oldestPrompt++;
  }

  /** Writes the row; once at the end of each record. */
  void save() {
    store.put(ROW, new CurateState(totals.report(), oldestPrompt, nextPrompt));
  }

  private void report(long now) {
    CurateReport report = totals.report();
    if (!report.equals(reported)) {
      reported = report;
      Output fact =
          new Output.Fact(
              "curate-" + report.getTask(), new Report(Instant.ofEpochMilli(now), report));
      context.forward(new Record<>(null, fact, now));
    }
  }
}
