package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who ends with whom. */
@Timeout(30)
final class CompanionThreadTest {
  private static final long NANOS = 1_000_000;

  @Test
  void closingTellsItToStopAndWaitsUntilItHas() {
    AtomicBoolean ended = new AtomicBoolean();
    CompanionThread thread =
        new CompanionThread(
            Optional.of(
                (frozen, stop) -> {
                  until(stop);
                  LockSupport.parkNanos(100 * NANOS);
                  ended.set(true);
                }),
            Optional.empty(),
            () -> false);
    assertThat(thread.hasEnded()).isFalse();
    thread.begin();
    assertThat(thread.hasEnded()).isFalse();
    thread.close();
    assertThat(ended).isTrue();
  }

  @Test
  void whatStopsTheTrainerStopsItAtOnce() {
    AtomicBoolean stop = new AtomicBoolean();
    try (CompanionThread thread =
        new CompanionThread(
            Optional.of((frozen, told) -> until(told)), Optional.empty(), stop::get)) {
      thread.begin();
      stop.set(true);
      until(thread::hasEnded);
    }
  }

  @Test
  void aFailureEndsItAndIsToldOnClosing() {
    CountDownLatch fail = new CountDownLatch(1);
    CompanionThread thread =
        new CompanionThread(
            Optional.of(
                (frozen, stop) -> {
                  awaitUninterruptibly(fail);
                  throw new IllegalArgumentException("the key is wrong");
                }),
            Optional.empty(),
            () -> false);
    assertThat(thread.hasEnded()).isFalse();
    thread.begin();
    assertThat(thread.hasEnded()).isFalse();
    fail.countDown();
    until(thread::hasEnded);
    assertThatThrownBy(thread::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("beside the trainer failed")
        .cause()
        .hasMessage("the key is wrong");
  }

  /** The exit code is the trainer's. */
  @Test
  void theTrainersOwnFailureComesFirst() {
    assertThatThrownBy(
            () -> {
              try (CompanionThread thread =
                  new CompanionThread(
                      Optional.of(
                          (frozen, stop) -> {
                            throw new IllegalArgumentException("the key is wrong");
                          }),
                      Optional.empty(),
                      () -> false)) {
                thread.begin();
                until(thread::hasEnded);
                throw new ArithmeticException("the lease is lost");
              }
            })
        .isInstanceOf(ArithmeticException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }

  @Test
  void oneThatWasNeverLetBeginIsNotWaitedFor() {
    AtomicBoolean began = new AtomicBoolean();
    new CompanionThread(
            Optional.of((frozen, stop) -> began.set(true)), Optional.empty(), () -> false)
        .close();
    assertThat(began).isFalse();
  }

  @Test
  void withoutOneNothingEndsAndNothingIsWaitedFor() {
    try (CompanionThread thread =
        new CompanionThread(Optional.empty(), Optional.empty(), () -> true)) {
      thread.begin();
      assertThat(thread.hasEnded()).isFalse();
    }
  }

  private static void until(BooleanSupplier holds) {
    while (!holds.getAsBoolean()) {
      LockSupport.parkNanos(NANOS);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
