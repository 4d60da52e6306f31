package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.trainer.commit.Commit;
import dev.alluvium.trainer.commit.TrainingLog;
import dev.alluvium.trainer.consume.WindowReader;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders that need not wait for the windows before them, which may take minutes. A version that is
 * asked for answers at once: that touches nothing that training depends on, and at its place the
 * order is carried out again, so that in the end versions answer as if all orders had waited for
 * their turn. Before a rollback nothing is worth training any more, because it leaves those windows
 * behind. An order that cannot be carried out yet waits for its turn.
 */
final class EarlyOrders {
  private static final Logger log = LoggerFactory.getLogger(EarlyOrders.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(30);

  private final WindowReader windows;
  private final TrainingLog trainingLog;
  private final TrainingSession session;
  private final Set<Long> served = new HashSet<>();
  private final Set<Long> asked = new HashSet<>();
  private final Set<Long> refused = new HashSet<>();
  private OptionalLong from = OptionalLong.empty();
  private OptionalLong rollback = OptionalLong.empty();
  private long lookAt = System.nanoTime();

  EarlyOrders(WindowReader windows, TrainingLog trainingLog, TrainingSession session) {
    this.windows = windows;
    this.trainingLog = trainingLog;
    this.session = session;
  }

  /**
   * What stands before an offset is being carried out, or has been.
   *
   * @param offset in {@code training.windows.v1}
   */
  void from(long offset) {
    from = OptionalLong.of(offset);
    served.removeIf(order -> order < offset);
    asked.clear();
    refused.removeIf(order -> order < offset);
  }

  /** What was carried out early may be read again: training goes back to an earlier place. */
  void startAgain() {
    from = OptionalLong.empty();
    rollback = OptionalLong.empty();
    served.clear();
  }

  /** Whether the order at an offset was carried out early. */
  boolean hasServed(long offset) {
    return served.contains(offset);
  }

  /**
   * Whether a rollback stands there that can be carried out. What comes before it is not trained,
   * and what is in memory is for the rollback to replace.
   */
  boolean rollsBack() {
    return rollback.isPresent();
  }

  /** The rollback has been carried out. */
  void rolledBack() {
    rollback = OptionalLong.empty();
  }

  /** The rollback could not be carried out after all: it waits for its turn. */
  void refused() {
    rollback.ifPresent(refused::add);
    rollback = OptionalLong.empty();
  }

  /** Looks for such orders now and then. */
  void look() {
    if (from.isEmpty() || rollsBack() || System.nanoTime() - lookAt < 0) {
      return;
    }
    lookAt = System.nanoTime() + BETWEEN_LOOKS.toNanos();
    for (Map.Entry<Long, Control> entry : orders(from.getAsLong()).entrySet()) {
      if (entry.getValue().getKind() == CommandKind.ROLLBACK) {
        rollBack(entry.getKey(), entry.getValue());
      } else if (!served.contains(entry.getKey())) {
        serve(entry.getKey(), entry.getValue());
      }
    }
  }

  /** Where the broker is away for a while, training need not wait for it. */
  private SortedMap<Long, Control> orders(long offset) {
    try {
      return windows.choosingAfter(offset);
    } catch (TimeoutException e) {
      log.warn("what orders there are cannot be read now, training goes on: {}", e.getMessage());
      lookAt = System.nanoTime() + AFTER_A_FAILURE.toNanos();
      return Collections.emptySortedMap();
    }
  }

  private void serve(long offset, Control order) {
    String version = String.valueOf(order.getArgument());
    Commit commit =
        Serving.of(session.progress(), order.getRequestId(), trainingLog.versions().get(version));
    if (!commit.changed().isEmpty()) {
      trainingLog.commit(commit);
      served.add(offset);
      log.info("{} answers from now on, ahead of the windows before the order", version);
    }
  }

  /** Asked once for every window before it, because it may read files. */
  private void rollBack(long offset, Control order) {
    String version = String.valueOf(order.getArgument());
    if (!refused.contains(offset)
        && asked.add(offset)
        && session.canReturnTo(version, trainingLog.versions())) {
      rollback = OptionalLong.of(offset);
      log.warn(
          "training is to return to {}: windows before that order are not trained any more",
          version);
    }
  }
}
