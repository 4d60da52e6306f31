package dev.alluvium.cli.bench.streams;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.process.ChildProcess;
import dev.alluvium.cli.process.Lifetime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;

/**
 * Looks after a measurement while it waits: for the end of this process, of the broker or of the
 * stage, and for a standstill. Belongs to one thread.
 */
final class Watch {
  private static final Duration STANDSTILL = Duration.ofSeconds(60);

  private final Lifetime lifetime;
  private final ChildProcess broker;
  private final LongConsumer show;
  private long reached = -1;
  private long lastMoved = System.nanoTime();

  /**
   * A watch.
   *
   * @param show told how many records are through
   */
  Watch(Lifetime lifetime, ChildProcess broker, LongConsumer show) {
    this.lifetime = lifetime;
    this.broker = broker;
    this.show = show;
  }

  /** A new wait begins. */
  void restart() {
    reached = -1;
    lastMoved = System.nanoTime();
  }

  /**
   * One look.
   *
   * @param what what is being waited for
   * @param done records through by now
   * @param failed fails when what works on them has failed
   * @throws CommandFailure when waiting longer is no use
   */
  void look(String what, long done, CompletableFuture<?> failed) {
    if (lifetime.isOver()) {
      throw new CommandFailure("stopped while " + what);
    }
    broker.requireAlive();
    if (failed.isCompletedExceptionally()) {
      try {
        failed.join();
      } catch (CompletionException e) {
        throw new CommandFailure(what + " failed", e.getCause() == null ? e : e.getCause());
      }
    }
    if (done != reached) {
      reached = done;
      lastMoved = System.nanoTime();
      show.accept(done);
    } else if (System.nanoTime() - lastMoved > STANDSTILL.toNanos()) {
      throw new CommandFailure(
          "nothing has moved for %d s while %s, after %d records"
              .formatted(STANDSTILL.toSeconds(), what, done));
    }
  }
}
