package dev.alluvium.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.generate.Batches;
import dev.alluvium.trainer.generate.WorkerStats;
import dev.alluvium.trainer.generate.backend.Loads;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a generation worker counts as alive, and as ready. */
class WorkerHealthTest {
  private static final Duration STALLED = Duration.ofMinutes(15);

  private Duration now = Duration.ZERO;
  private final WorkerHealth health = new WorkerHealth(STALLED, () -> now.toNanos());

  @Test
  void loadingAModelMayTakeAsLongAsItTakes() {
    now = Duration.ofDays(1);

    assertThat(health.stalled()).isEmpty();
    assertThat(health.unready()).hasValue("the worker loads the model");
  }

  @Test
  void aWorkerThatLooksForRequestsIsReadyAndOneThatDoesNotIsNot() {
    health.accept(stats(0, false));
    now = Duration.ofSeconds(60);
    assertThat(health.unready()).isEmpty();
    now = Duration.ofSeconds(61);
    assertThat(health.unready()).hasValue("the worker has not looked for requests for 61 s");
    assertThat(health.stalled()).isEmpty();
    now = STALLED.plusSeconds(1);
    assertThat(health.stalled())
        .hasValue(
            "the worker has not looked for requests for 15 min (http.stalledAfter is 15 min)");
  }

  @Test
  void aPausedServerIsSaid() {
    health.accept(stats(0, true));

    assertThat(health.unready().orElseThrow()).contains("no requests are taken");
    assertThat(health.stalled()).isEmpty();
  }

  @Test
  void aLongBatchIsAliveAsLongAsItGoesOn() {
    now = STALLED.multipliedBy(2);
    health.accept(stats(3, false));
    assertThat(health.stalled())
        .hasValue(
            "the answers to 3 requests in hand have not gone on for 30 min (http.stalledAfter is 15 min)");

    health.accept(stats(0, false));
    assertThat(health.stalled()).as("nothing in hand").isEmpty();
  }

  /** Answers that went on last at the beginning. */
  private static WorkerStats stats(int inHand, boolean paused) {
    Batches batches = new Batches(0, Duration.ZERO, Duration.ZERO, 0, inHand, 0);
    return new WorkerStats(0, 0, 0, 0, 0, "base", paused, batches, Loads.NONE);
  }
}
