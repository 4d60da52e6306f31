package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Progress;
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
 * Lets a version answer as soon as somebody asks for it, though windows stand before the order and
 * may take minutes: it touches nothing that training depends on. At its place the order is carried
 * out again, so that in the end versions answer as if all orders had waited for their turn. One
 * that cannot be carried out yet waits for it.
 */
final class ServingAhead {
  private static final Logger log = LoggerFactory.getLogger(ServingAhead.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(30);

  private final WindowReader windows;
  private final TrainingLog trainingLog;
  private final Set<Long> done = new HashSet<>();
  private OptionalLong from = OptionalLong.empty();
  private long lookAt = System.nanoTime();

  ServingAhead(WindowReader windows, TrainingLog trainingLog) {
    this.windows = windows;
    this.trainingLog = trainingLog;
  }

  /**
   * What stands before an offset is being carried out, or has been; an order at it is in hand.
   *
   * @param offset in {@code training.windows.v1}
   */
  void from(long offset) {
    from = OptionalLong.of(offset);
    done.removeIf(order -> order < offset);
  }

  /**
   * Looks for such orders now and then.
   *
   * @param progress as it was committed last
   */
  void serve(Progress progress) {
    if (from.isEmpty() || System.nanoTime() - lookAt < 0) {
      return;
    }
    lookAt = System.nanoTime() + BETWEEN_LOOKS.toNanos();
    for (Map.Entry<Long, Control> order : orders(from.getAsLong()).entrySet()) {
      if (done.add(order.getKey())) {
        serve(order.getValue(), progress);
      }
    }
  }

  /** Where the broker is away for a while, training need not wait for it. */
  private SortedMap<Long, Control> orders(long offset) {
    try {
      return windows.servingAfter(offset);
    } catch (TimeoutException e) {
      log.warn("what orders there are cannot be read now, training goes on: {}", e.getMessage());
      lookAt = System.nanoTime() + AFTER_A_FAILURE.toNanos();
      return Collections.emptySortedMap();
    }
  }

  private void serve(Control order, Progress progress) {
    String version = String.valueOf(order.getArgument());
    Commit commit = Serving.of(progress, order.getRequestId(), trainingLog.versions().get(version));
    if (!commit.changed().isEmpty()) {
      trainingLog.commit(commit);
      log.info("{} answers from now on, ahead of the windows before the order", version);
    }
  }
}
