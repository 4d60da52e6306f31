package dev.alluvium.streams.dashboard.history;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/**
 * How long candidates of a skill wait in its pool, from two running totals: how many have come, and
 * how many have gone. A pool is first in, first out, so the n-th that goes is the n-th that came;
 * its wait is the horizontal distance between the two curves (a cumulative flow diagram). What
 * comes between two reports is taken to have come evenly.
 */
final class PoolWait {
  /** Points of the curve of arrivals; when full, every second one goes. */
  static final int POINTS = 512;

  private record Point(long total, long time) {}

  private Deque<Point> points = new ArrayDeque<>();
  private long gone;
  private long lastLook;

  /**
   * A pool as it is first seen.
   *
   * @param come how many have come before; when they came is not known
   * @param goneBefore how many of them have gone
   */
  PoolWait(long come, long goneBefore, long time) {
    points.addLast(new Point(come, time));
    this.gone = goneBefore;
    this.lastLook = time;
  }

  /**
   * A later look at the two totals.
   *
   * @return the wait in milliseconds of the last that has gone; nothing when none has gone since,
   *     or it came before the first look
   */
  OptionalDouble look(long come, long goneNow, long time) {
    Point last = points.getLast();
    if (come > last.total()) {
      if (points.size() > POINTS - 2) {
        thin();
      }
      if (lastLook > last.time()) {
        points.addLast(new Point(last.total(), lastLook)); // none had come until then
      }
      points.addLast(new Point(come, time));
    }
    lastLook = time;
    if (goneNow <= gone) {
      return OptionalDouble.empty();
    }
    gone = goneNow;
    Point before = null;
    while (points.size() > 1 && points.getFirst().total() < goneNow) {
      before = points.removeFirst();
    }
    Point after = points.getFirst();
    if (before != null) {
      points.addFirst(before); // the interval is still being left
    }
    return before == null || after.total() < goneNow
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.max(0, time - between(before, after, goneNow)));
  }

  private static double between(Point before, Point after, long n) {
    double share = (n - before.total()) / (double) (after.total() - before.total());
    return before.time() + share * (after.time() - before.time());
  }

  private void thin() {
    Deque<Point> kept = new ArrayDeque<>();
    boolean keep = true;
    Point newest = points.getLast();
    for (Point point : points) {
      if (keep || point.equals(newest)) {
        kept.addLast(point);
      }
      keep = !keep;
    }
    points = kept;
  }
}
