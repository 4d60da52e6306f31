package dev.alluvium.cli.process;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * How long a service runs: until Ctrl-C, SIGTERM, a call of {@link #stop()} or, for a supervised
 * child, the end of its stdin. Open it before everything that must be closed in order: the process
 * does not end before this is closed.
 */
public final class Lifetime implements AutoCloseable {
  /** A service that has not closed by then is cut off. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int SKIPPED_INPUT = 4096;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  private Lifetime() {
    hook = new Thread(this::stopAndWait, "alluvium-stop");
  }

  /** How a service's end is decided; a picocli mixin. */
  public static final class Options {
    @Option(names = "--until-stdin-closes", hidden = true)
    private boolean untilStdinCloses;

    /** Starts a lifetime with these options. */
    public Lifetime begin() {
      return untilStdinCloses ? Lifetime.untilEndOf(System.in) : Lifetime.untilSignal();
    }
  }

  /** Ends on a signal only. */
  public static Lifetime untilSignal() {
    Lifetime lifetime = new Lifetime();
    Runtime.getRuntime().addShutdownHook(lifetime.hook);
    return lifetime;
  }

  /**
   * Ends when the stream ends, because the parent closed it or is gone, or on SIGTERM. Ctrl-C is
   * the parent's business: a terminal sends it to all processes at once, and children that end at
   * once wait in vain for each other.
   */
  public static Lifetime untilEndOf(InputStream input) {
    Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN);
    Lifetime lifetime = untilSignal();
    Thread watch = new Thread(() -> lifetime.readToEnd(input), "alluvium-stdin");
    watch.setDaemon(true);
    watch.start();
    return lifetime;
  }

  /** Ends it. */
  public void stop() {
    stopped.countDown();
  }

  /** Waits for the end. */
  public void await() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for the end, but not for ever.
   *
   * @return true when it has ended
   */
  public boolean await(Duration atMost) {
    try {
      return stopped.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** True once it has ended. */
  public boolean isOver() {
    return stopped.getCount() == 0;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already and the hook is what waits for us.
      stopped.countDown();
    }
  }

  private void stopAndWait() {
    stopped.countDown();
    try {
      closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readToEnd(InputStream input) {
    byte[] ignored = new byte[SKIPPED_INPUT];
    try {
      while (input.read(ignored) >= 0) {
        // What the parent writes means nothing; that it is there means go on.
      }
    } catch (IOException e) {
      // A broken pipe says the same as its end.
    }
    stopped.countDown();
  }
}
