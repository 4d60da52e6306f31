package dev.alluvium.streams.ask;

import dev.alluvium.schemas.avro.AskedPair;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says so when a task's pairs wait and it hears of no worker, and again when it does. */
final class WorkerAlarm {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerAlarm.class);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration BETWEEN_WORDS = Duration.ofMinutes(10);

  private long heardAt;
  private boolean raised;
  private long lastWord;

  /**
   * @param now ms since 1970; the silence is counted from here
   */
  WorkerAlarm(long now) {
    heardAt = now;
  }

  /** A worker has taken or answered a request. */
  void heard(long now) {
    heardAt = now;
  }

  /**
   * Looks at the requests that are out.
   *
   * @return whether it is raised now
   */
  boolean look(List<AskedPair> inFlight, AskTotals totals, long now) {
    boolean atWork = inFlight.stream().anyMatch(pair -> pair.getStartedAt() != null);
    if (inFlight.isEmpty() || atWork) {
      heardAt = now;
    }
    boolean silent = now - heardAt > PATIENCE.toMillis();
    if (silent && (!raised || now - lastWord > BETWEEN_WORDS.toMillis())) {
      lastWord = now;
      LOG.warn(
          "{}: {} pairs wait for a model ({} of them without a request) and no worker has taken one for {} s. If all are busy elsewhere, that passes; if none runs, start `alluvium generate`, or set s3ft.mode to off or s3ft.whenBusy to gold",
          totals.report().getTask(),
          totals.inFlight() + totals.parked(),
          totals.parked(),
          PATIENCE.toSeconds());
    } else if (raised && !silent) {
      LOG.info("{}: workers take requests again", totals.report().getTask());
    }
    raised = silent;
    return raised;
  }
}
