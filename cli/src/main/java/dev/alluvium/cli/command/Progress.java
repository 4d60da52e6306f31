package dev.alluvium.cli.command;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows people how far a task is: a bar on a terminal, a line every few seconds elsewhere. Belongs
 * to one thread.
 */
public final class Progress implements AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
  private static final int REDRAW_MILLIS = 200;
  private static final int WIDTH = 100;

  private final PrintWriter err;
  private final Supplier<String> message;
  private final @Nullable ProgressBar bar;
  private long nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();

  /**
   * Progress on stderr.
   *
   * @param task what is being done
   * @param total all there is to do, in any unit; 0 when unknown
   * @param message what to say beside it
   */
  public Progress(PrintWriter err, String task, long total, Supplier<String> message) {
    this.err = err;
    this.message = message;
    this.bar = isTerminal() ? bar(task, total) : null;
  }

  /** True when stderr is a terminal; the launcher says so. */
  public static boolean isTerminal() {
    return Boolean.getBoolean("alluvium.terminal");
  }

  /** So much is done by now. */
  public void reached(long done) {
    if (bar != null) {
      bar.stepTo(done);
      bar.setExtraMessage(message.get());
    } else if (System.nanoTime() - nextLine >= 0) {
      nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
      err.println(message.get());
      err.flush();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private static ProgressBar bar(String task, long total) {
    PrintStream stderr = System.err;
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total > 0 ? total : -1)
        .setUpdateIntervalMillis(REDRAW_MILLIS)
        .setMaxRenderedLength(WIDTH)
        .setStyle(ProgressBarStyle.ASCII)
        .setConsumer(new ConsoleProgressBarConsumer(stderr, WIDTH))
        .hideEta()
        .build();
  }
}
