package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.guard.GuardMemory;
import dev.alluvium.trainer.loop.WindowTraining.Books;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every window that was trained, before it counts.
 *
 * @param lossSpike as in the settings
 */
public record WindowGuards(double lossSpike) {
  private static final Logger log = LoggerFactory.getLogger(WindowGuards.class);

  /** How a window's training ended, by what was there before it. */
  public WindowTrainer.End end(Window window, Books books, GuardMemory before) {
    if (books.end() == WindowTrainer.End.FAILED) {
      log.warn(
          "window {} gave no finite gradient {} times",
          window.id(),
          WindowTrainer.MOST_SKIPPED_STEPS);
    }
    return books.end() == WindowTrainer.End.DONE && spikes(window, books.report(), before)
        ? WindowTrainer.End.LOSS_SPIKE
        : books.end();
  }

  private boolean spikes(Window window, TrainReport report, GuardMemory before) {
    double loss = Math.max(report.getLossFirst(), report.getLossLast());
    return before
        .losses()
        .spike(stage(window), examples(report), loss, lossSpike)
        .map(
            why -> {
              log.warn("window {}: {}", window.id(), why);
              return true;
            })
        .orElse(false);
  }

  /** What is remembered after a window that counts. */
  public static GuardMemory after(Window window, Books books, GuardMemory before) {
    TrainReport report = books.report();
    return new GuardMemory(
        before.losses().with(stage(window), examples(report), report.getLossFirst()),
        before.transfer().trained(report.getTokens().keySet()));
  }

  private static int examples(TrainReport report) {
    return report.getExamples() - report.getRefused();
  }

  private static String stage(Window window) {
    String stage = window.open().getStage();
    return stage == null ? "" : stage;
  }
}
