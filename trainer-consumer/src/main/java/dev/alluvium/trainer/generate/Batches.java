package dev.alluvium.trainer.generate;

import java.time.Duration;

/**
 * What a worker has answered in batches since it started, and what it has in hand.
 *
 * @param answered batches that are answered
 * @param answering time from taking them to their results, of all together
 * @param last the same of the last one
 * @param lastRequests requests in the last one
 * @param inHand requests that are being answered now; 0 while none are
 * @param movedAt when the calculation last went on, in ns of {@link System#nanoTime()}
 */
public record Batches(
    long answered, Duration answering, Duration last, int lastRequests, int inHand, long movedAt) {
  /** Nothing yet. */
  public static Batches none() {
    return new Batches(0, Duration.ZERO, Duration.ZERO, 0, 0, System.nanoTime());
  }

  /** A batch has been taken. */
  Batches taken(int requests) {
    return new Batches(answered, answering, last, lastRequests, requests, System.nanoTime());
  }

  /** The calculation has gone on by then. */
  Batches moved(long at) {
    return new Batches(answered, answering, last, lastRequests, inHand, at);
  }

  /** What was in hand has been answered. */
  Batches done(Duration took) {
    return new Batches(answered + 1, answering.plus(took), took, inHand, 0, System.nanoTime());
  }
}
