package dev.alluvium.cli.bench;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.Progress;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How often a benchmark repeats what it measures. */
final class RunOptions {
  @Mixin private WarmUpOptions warming = new WarmUpOptions();

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Runs to measure. Default: ${DEFAULT-VALUE}.")
  private int runs;

  int warmUps() {
    return warming.count();
  }

  int runs() {
    if (runs < 1) {
      throw CommandFailure.usage("--runs is %d: expected 1 or more".formatted(runs));
    }
    return runs;
  }

  /** Counts all runs, those to warm up first. */
  Progress progress(PrintWriter err) {
    String message = "%d runs to warm up, %d to measure".formatted(warmUps(), runs());
    return new Progress(err, "runs", warmUps() + runs(), () -> message);
  }
}
