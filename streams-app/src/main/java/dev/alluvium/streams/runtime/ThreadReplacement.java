package dev.alluvium.streams.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a failed stream thread after a pause that grows, a bounded number of times; after that
 * it stops the application and reports the failure. A record that cannot be read yet, or a registry
 * that is away, so gets a minute to recover before people are told.
 */
final class ThreadReplacement implements StreamsUncaughtExceptionHandler {
  static final int BUDGET = 8;
  static final Duration WITHIN = Duration.ofMinutes(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
  private static final Logger LOG = LoggerFactory.getLogger(ThreadReplacement.class);

  private final String application;
  private final Clock clock;
  private final CountDownLatch closing;
  private final Consumer<Throwable> failed;
  private final Deque<Instant> replacements = new ArrayDeque<>();

  /**
   * A handler of one application.
   *
   * @param closing opens when the application is being closed: nobody needs a pause then
   * @param failed told when the budget is spent
   */
  ThreadReplacement(
      String application, Clock clock, CountDownLatch closing, Consumer<Throwable> failed) {
    this.application = application;
    this.clock = clock;
    this.closing = closing;
    this.failed = failed;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    if (isRefused(failure)) {
      LOG.error("{}: the cluster does not allow what it needs; stopping", application, failure);
      failed.accept(failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    int used = use();
    if (used > BUDGET) {
      LOG.error(
          "{}: a thread failed more than {} times in {}; stopping",
          application,
          BUDGET,
          WITHIN,
          failure);
      failed.accept(failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    Duration pause = pause(used);
    LOG.warn(
        "{}: a thread failed; replacing it in {} (time {} of {})",
        application,
        pause,
        used,
        BUDGET,
        failure);
    await(pause);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Who we are, or what we may do, does not change by waiting. */
  private static boolean isRefused(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
        return true;
      }
    }
    return false;
  }

  private synchronized int use() {
    Instant now = clock.instant();
    while (!replacements.isEmpty() && replacements.getFirst().isBefore(now.minus(WITHIN))) {
      replacements.removeFirst();
    }
    replacements.addLast(now);
    return replacements.size();
  }

  /** 0.2 s, 0.4 s, 0.8 s and so on. */
  static Duration pause(int used) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(used - 1, 16));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private void await(Duration pause) {
    try {
      if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("{} is being closed", application);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
