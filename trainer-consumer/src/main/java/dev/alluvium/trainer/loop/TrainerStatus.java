package dev.alluvium.trainer.loop;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * How a trainer gets on: told by the thread that trains, read by any other. Counts begin with the
 * process.
 */
public final class TrainerStatus {
  private final LongSupplier nanos;
  private final Map<WindowTrainer.End, Long> windows = new TreeMap<>();
  private long movedAt;
  private boolean ready;
  private OptionalLong confirmedAt = OptionalLong.empty();
  private OptionalLong window = OptionalLong.empty();
  private long windowSince;
  private long commits;
  private Duration committing = Duration.ZERO;
  private Duration lastCommit = Duration.ZERO;

  /** A trainer that has not begun, by a clock such as {@link System#nanoTime()}. */
  public TrainerStatus(LongSupplier nanos) {
    this.nanos = nanos;
    this.movedAt = nanos.getAsLong();
  }

  /**
   * How it is at one moment.
   *
   * @param ready whether it holds the lease and its state is restored
   * @param still how long the loop, or a step in it, has not gone on
   * @param heartbeat how long ago the lease was confirmed; nothing before the first time
   * @param window the window that is being trained, and for how long; nothing while none is
   * @param commits how many commits carried windows
   * @param committing how long they took in all
   * @param lastCommit how long the last of them took
   * @param windows windows gone through, by how it ended
   */
  public record Now(
      boolean ready,
      Duration still,
      Optional<Duration> heartbeat,
      Optional<InHand> window,
      long commits,
      Duration committing,
      Duration lastCommit,
      Map<WindowTrainer.End, Long> windows) {}

  /** A window, and how long it has been trained. */
  public record InHand(long window, Duration since) {}

  /** How it is now. */
  public synchronized Now now() {
    long now = nanos.getAsLong();
    return new Now(
        ready,
        Duration.ofNanos(now - movedAt),
        confirmedAt.isPresent()
            ? Optional.of(Duration.ofNanos(now - confirmedAt.getAsLong()))
            : Optional.empty(),
        window.isPresent()
            ? Optional.of(new InHand(window.getAsLong(), Duration.ofNanos(now - windowSince)))
            : Optional.empty(),
        commits,
        committing,
        lastCommit,
        Map.copyOf(windows));
  }

  /** The loop, or a step in it, goes on. */
  synchronized void moved() {
    movedAt = nanos.getAsLong();
  }

  /** The lease is held and the state restored. */
  synchronized void ready() {
    ready = true;
    moved();
  }

  /** The broker has taken a transaction under the lease. */
  synchronized void confirmed() {
    moved();
    confirmedAt = OptionalLong.of(movedAt);
  }

  /** A window is being trained from now on. */
  synchronized void began(long windowId) {
    moved();
    window = OptionalLong.of(windowId);
    windowSince = movedAt;
  }

  /** That window is not trained any more. */
  synchronized void ended(WindowTrainer.End end) {
    moved();
    window = OptionalLong.empty();
    windows.merge(end, 1L, Long::sum);
  }

  /** Windows have been committed. */
  synchronized void committed(Duration took) {
    moved();
    commits++;
    committing = committing.plus(took);
    lastCommit = took;
  }
}
