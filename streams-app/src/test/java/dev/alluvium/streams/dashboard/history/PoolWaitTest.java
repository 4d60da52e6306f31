package dev.alluvium.streams.dashboard.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits read off two running totals are those of a real queue. */
class PoolWaitTest {
  private static final int STEP = 1_000;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void agreesWithAQueueThatKeepsEveryArrival(int seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    PoolWait wait = new PoolWait(0, 0, 0);
    Deque<Long> queue = new ArrayDeque<>();
    long come = 0;
    long gone = 0;
    int compared = 0;
    for (long time = STEP; time <= 400L * STEP; time += STEP) {
      int arrivals = random.nextInt(20);
      for (int i = 1; i <= arrivals; i++) {
        queue.addLast(time - STEP + (long) STEP * i / arrivals);
      }
      come += arrivals;
      int leaving = Math.min(queue.size(), random.nextInt(20));
      long lastArrived = 0;
      for (int i = 0; i < leaving; i++) {
        lastArrived = queue.removeFirst();
      }
      gone += leaving;
      var found = wait.look(come, gone, time);
      assertThat(found.isPresent()).isEqualTo(leaving > 0);
      if (leaving > 0) {
        assertThat(found.getAsDouble()).isCloseTo(time - lastArrived, within(STEP * 1.0));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(300);
  }

  @Test
  void theWaitOfWhatCameBeforeTheFirstLookIsNotKnown() {
    PoolWait wait = new PoolWait(100, 60, 0);

    assertThat(wait.look(110, 90, 1_000)).isEmpty();
    assertThat(wait.look(110, 105, 3_000)).hasValue(2_500);
  }

  @Test
  void remembersABoundedNumberOfPointsAndStaysNearTheTruth() {
    PoolWait wait = new PoolWait(0, 0, 0);
    int n = 50 * PoolWait.POINTS;
    for (int i = 1; i <= n; i++) {
      assertThat(wait.look(i, 0, i * 1_000L)).isEmpty();
    }

    assertThat(wait.look(n, n / 2, n * 1_000L).getAsDouble())
        .isCloseTo(n / 2 * 1_000.0, within(n * 5.0));
  }
}
