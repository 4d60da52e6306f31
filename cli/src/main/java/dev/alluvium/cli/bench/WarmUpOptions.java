package dev.alluvium.cli.bench;

import dev.alluvium.cli.command.CommandFailure;
import picocli.CommandLine.Option;

/** How often a benchmark does what it measures before it measures; a picocli mixin. */
final class WarmUpOptions {
  @Option(
      names = "--warm-ups",
      defaultValue = "10",
      description =
          "Rounds before those that are measured, in which Java compiles what it runs; small models"
              + " need most. Default: ${DEFAULT-VALUE}.")
  private int warmUps;

  int count() {
    if (warmUps < 0) {
      throw CommandFailure.usage("--warm-ups is %d: expected 0 or more".formatted(warmUps));
    }
    return warmUps;
  }
}
