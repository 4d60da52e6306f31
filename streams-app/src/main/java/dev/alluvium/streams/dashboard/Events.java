package dev.alluvium.streams.dashboard;

import dev.alluvium.streams.dashboard.history.History;
import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the pages that are open what is new, once a second, each what it does not know yet. A page
 * that reads slowly is passed over until it has taken what it was sent; it then gets all it missed
 * at once.
 */
final class Events implements AutoCloseable {
  /** Pages told at a time; more are asked to come back. */
  static final int MOST = 64;

  private static final int SENDERS = 4;

  /** Nothing new for so long: a sign of life, which also finds pages that are gone. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  private final History history;
  private final Duration pace;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<Page, Boolean> pages = new ConcurrentHashMap<>();
  private final ScheduledExecutorService clock;
  private final ThreadPoolExecutor senders;

  /**
   * Starts telling.
   *
   * @param pace time between two looks for what is new
   */
  Events(History history, Duration pace) {
    this.history = history;
    this.pace = pace;
    ThreadFactory threads =
        task -> {
          Thread thread = new Thread(task, "alluvium-dashboard-events");
          thread.setDaemon(true);
          return thread;
        };
    this.clock = Executors.newSingleThreadScheduledExecutor(threads);
    this.senders =
        new ThreadPoolExecutor(
            SENDERS, SENDERS, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST), threads);
    clock.scheduleWithFixedDelay(this::tellAll, 0, pace.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * What a page knows.
   *
   * @param epoch the history it comes from
   * @param change the last change it knows
   */
  record Known(String epoch, long change) {
    /** Written as in an event's id; nothing known when it is not. */
    static Known parse(String id) {
      int slash = id.lastIndexOf('/');
      try {
        return slash < 0
            ? new Known("", -1)
            : new Known(id.substring(0, slash), Long.parseLong(id.substring(slash + 1)));
      } catch (NumberFormatException e) {
        return new Known("", -1);
      }
    }
  }

  /** Takes a page in; false when there are too many. */
  boolean add(SseClient client, Known known) {
    if (open.incrementAndGet() > MOST) {
      open.decrementAndGet();
      return false;
    }
    Page page = new Page(client, known);
    client.onClose(
        () -> {
          pages.remove(page);
          open.decrementAndGet();
        });
    pages.put(page, true);
    return true;
  }

  private void tellAll() {
    try {
      long newest = history.lastChange();
      for (Page page : pages.keySet()) {
        if (page.isDue(newest) && page.busy.compareAndSet(false, true)) {
          senders.execute(page);
        }
      }
    } catch (RuntimeException e) {
      LOG.warn("pages could not be told what is new; trying again in {}", pace, e);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    pages.keySet().forEach(page -> page.client.close());
    senders.shutdownNow();
  }

  /** An open page. */
  private final class Page implements Runnable {
    private final SseClient client;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Known known;
    private volatile long toldAt = System.nanoTime();

    Page(SseClient client, Known known) {
      this.client = client;
      this.known = known;
    }

    boolean isDue(long newest) {
      return known.change() != newest || System.nanoTime() - toldAt > SIGN_OF_LIFE.toNanos();
    }

    @Override
    public void run() {
      try {
        Known before = known;
        History.News news = history.since(before.epoch(), before.change());
        if (!client.terminated()) {
          client.sendEvent("news", news.json(), news.epoch() + "/" + news.change());
          known = new Known(news.epoch(), news.change());
          toldAt = System.nanoTime();
        }
      } catch (RuntimeException e) {
        LOG.debug("a page is gone", e);
        client.close();
      } finally {
        busy.set(false);
      }
    }
  }
}
