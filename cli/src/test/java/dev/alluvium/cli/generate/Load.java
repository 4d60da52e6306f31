package dev.alluvium.cli.generate;

import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.avro.GenerationResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Requests without a pause: whenever one is answered, the next is asked. The asking is a thread's
 * of its own, so that whoever uses it may do other things meanwhile.
 */
final class Load implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int PARTITIONS = 6;
  private static final int AT_ONCE = 24;

  /** So many in a row by one version are two workers' words, not one's. */
  private static final int SETTLED = 2 * AT_ONCE;

  private static final int TOKENS = 12;

  private final List<Long> askedAt = new CopyOnWriteArrayList<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final CompletableFuture<Void> asking;

  /**
   * The end of a request.
   *
   * @param askedAt as {@link System#nanoTime} tells, as is {@code at}
   * @param at when it was read
   */
  private record Seen(GenerationResult result, long askedAt, long at) {
    boolean isBy(String version) {
      return result.getModel().equals(version);
    }
  }

  Load(Cluster cluster) {
    asking =
        CompletableFuture.runAsync(() -> ask(cluster), task -> new Thread(task, "load").start());
  }

  private void ask(Cluster cluster) {
    try (Asker asker = new Asker(cluster)) {
      while (!stop.get() || seen.size() < askedAt.size()) {
        List<GenerationResult> ends = asker.ends();
        for (GenerationResult end : ends.subList(seen.size(), ends.size())) {
          seen.add(new Seen(end, askedAt.get(number(end)), System.nanoTime()));
        }
        for (int open = askedAt.size() - seen.size(); open < AT_ONCE && !stop.get(); open++) {
          int number = askedAt.size();
          asker.ask(number % PARTITIONS, Asker.request("q" + number, TOKENS).build());
          askedAt.add(System.nanoTime());
        }
        asker.flush();
        TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The number of the request that a result ends. */
  private static int number(GenerationResult end) {
    return Integer.parseInt(end.getRequestId().substring(1));
  }

  /** What a result's request asked for. */
  static String instruction(GenerationResult end) {
    return "Add 1 and " + end.getRequestId() + ".";
  }

  /**
   * Waits until all answers are by a version.
   *
   * @param since when the change was asked for, as {@link System#nanoTime} tells
   * @return how long that took from then on
   */
  Duration until(String version, long since, Duration patience) {
    await()
        .pollInterval(POLL)
        .atMost(patience)
        .until(
            () -> {
              if (asking.isDone()) {
                asking.join();
              }
              List<Seen> last = answersTo(since);
              return last.size() >= SETTLED
                  && last.subList(last.size() - SETTLED, last.size()).stream()
                      .allMatch(one -> one.isBy(version));
            });
    List<Seen> all = answersTo(since);
    int settled = all.size();
    while (settled > 0 && all.get(settled - 1).isBy(version)) {
      settled--;
    }
    return Duration.ofNanos(all.get(settled).at() - since);
  }

  /** Of requests that were asked since, in the order in which they were answered. */
  private List<Seen> answersTo(long since) {
    return seen.stream().filter(one -> one.askedAt() - since >= 0).toList();
  }

  /** Asks no more, waits for the last answers, and gives them all. */
  List<GenerationResult> ends(Duration patience) throws Exception {
    stop.set(true);
    asking.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    return seen.stream().map(Seen::result).toList();
  }

  /** How many requests were asked. */
  int asked() {
    return askedAt.size();
  }

  @Override
  public void close() {
    stop.set(true);
    asking.cancel(true);
  }
}
