package dev.alluvium.streams.runtime;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.streams.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ThreadReplacementTest {
  /** Open, so that no test waits. */
  private final CountDownLatch closing = new CountDownLatch(0);

  private final List<Throwable> failures = new ArrayList<>();

  @Test
  void replacesABoundedNumberOfThreadsThenStopsAndTellsWhy() {
    ThreadReplacement handler =
        new ThreadReplacement("test", new MovableClock(), closing, failures::add);
    for (int i = 0; i < ThreadReplacement.BUDGET; i++) {
      assertThat(handler.handle(new IllegalStateException("no luck"))).isEqualTo(REPLACE_THREAD);
    }
    assertThat(failures).isEmpty();
    assertThat(handler.handle(new IllegalStateException("the last"))).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(failures).singleElement().extracting(Throwable::getMessage).isEqualTo("the last");
  }

  @Test
  void stopsAtOnceWhereTheClusterRefuses() {
    ThreadReplacement handler =
        new ThreadReplacement("test", new MovableClock(), closing, failures::add);
    StreamsException refused =
        new StreamsException("no luck", new TopicAuthorizationException(Set.of("ledger.v1")));

    assertThat(handler.handle(refused)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(failures).containsExactly(refused);
  }

  @Test
  void forgetsReplacementsAfterAWhile() {
    MovableClock clock = new MovableClock();
    ThreadReplacement handler = new ThreadReplacement("test", clock, closing, failures::add);
    for (int i = 0; i < 3 * ThreadReplacement.BUDGET; i++) {
      assertThat(handler.handle(new IllegalStateException("rare"))).isEqualTo(REPLACE_THREAD);
      clock.move(ThreadReplacement.WITHIN.dividedBy(ThreadReplacement.BUDGET - 1));
    }
  }

  @Test
  void pausesLongerAndLonger() {
    assertThat(ThreadReplacement.pause(1)).isEqualTo(Duration.ofMillis(200));
    assertThat(ThreadReplacement.pause(2)).isEqualTo(Duration.ofMillis(400));
    assertThat(ThreadReplacement.pause(7)).isEqualTo(Duration.ofMillis(12_800));
    assertThat(ThreadReplacement.pause(8)).isEqualTo(Duration.ofSeconds(20));
    assertThat(ThreadReplacement.pause(1_000)).isEqualTo(Duration.ofSeconds(20));
  }
}
