package dev.alluvium.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.generate.Batches;
import dev.alluvium.trainer.generate.WorkerStats;
import dev.alluvium.trainer.generate.backend.Loads;
import org.junit.jupiter.api.Test;

/** The line a worker shows. */
class RatesTest {
  private long nanos = 5;

  @Test
  void ratesAreThoseSinceTheLineBefore() {
    Rates rates = new Rates(() -> nanos);
    rates.update(stats(10, 400, "base", false));
    nanos += 4_000_000_000L;
    assertThat(rates.line())
        .isEqualTo("base: 10 answered, 2 errors, 1 given back; 3.0 requests/s, 100 tokens/s");

    rates.update(stats(11, 450, "v000001", true));
    nanos += 2_000_000_000L;
    assertThat(rates.line())
        .isEqualTo(
            "v000001: 11 answered, 2 errors, 1 given back; 0.5 requests/s, 25 tokens/s; paused");
  }

  private static WorkerStats stats(long answered, long tokens, String model, boolean paused) {
    return new WorkerStats(answered, 2, 1, 0, tokens, model, paused, Batches.none(), Loads.NONE);
  }
}
