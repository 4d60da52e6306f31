package dev.alluvium.streams.dashboard.history;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Buckets over time, at most so many. When there would be more, pairs of them are joined and
 * buckets are twice as wide from then on: sums stay exact, only their time gets coarser. Intervals
 * in which nothing happened take no room.
 */
final class Timeline {
  private static final long FIRST_WIDTH = 1_000;

  private final long horizon;
  private final int most;
  private Deque<Bucket> buckets = new ArrayDeque<>();
  private long width = FIRST_WIDTH;
  private long joinedAt;

  /**
   * An empty timeline.
   *
   * @param horizon what is older than the newest bucket by more than this is forgotten
   * @param most buckets kept
   */
  Timeline(Duration horizon, int most) {
    this.horizon = horizon.toMillis();
    this.most = most;
  }

  /**
   * The bucket of a time, made if need be. A time before the newest bucket belongs to the newest:
   * facts come in the order of the log.
   *
   * @param change the number of the change that is about to be made to it
   */
  Bucket at(long time, long change) {
    Bucket last = buckets.peekLast();
    long start = Math.floorDiv(time, width) * width;
    if (last == null || start > last.start) {
      buckets.addLast(new Bucket(start));
      forget(start);
      while (buckets.size() > most) {
        join(change);
      }
      last = buckets.getLast();
    }
    last.changed = change;
    return last;
  }

  private void forget(long newest) {
    while (!buckets.isEmpty() && buckets.getFirst().start < newest - horizon) {
      buckets.removeFirst();
    }
  }

  private void join(long change) {
    width *= 2;
    joinedAt = change;
    Deque<Bucket> joined = new ArrayDeque<>();
    Bucket open = null;
    for (Bucket bucket : buckets) {
      open = into(joined, open, bucket);
    }
    buckets = joined;
  }

  private Bucket into(Deque<Bucket> joined, @Nullable Bucket open, Bucket bucket) {
    long start = Math.floorDiv(bucket.start, width) * width;
    Bucket target = open;
    if (target == null || target.start != start) {
      target = new Bucket(start);
      joined.addLast(target);
    }
    target.add(bucket);
    return target;
  }

  /** Oldest first. */
  Collection<Bucket> buckets() {
    return Collections.unmodifiableCollection(buckets);
  }

  /** Width of a bucket in milliseconds. */
  long width() {
    return width;
  }

  /** The number of the change at which buckets were joined last: whoever knows less starts anew. */
  long joinedAt() {
    return joinedAt;
  }
}
