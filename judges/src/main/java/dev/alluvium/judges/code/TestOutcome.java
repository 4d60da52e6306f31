package dev.alluvium.judges.code;

import dev.alluvium.judges.Decision;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.sandbox.Ending;

/**
 * How a run of unit tests went.
 *
 * @param decision passed, failed, or not run
 * @param reason why
 * @param passed tests that passed before the first that did not
 * @param total tests there are
 * @param detail what happened, for people
 */
record TestOutcome(Decision decision, Reason reason, int passed, int total, String detail) {
  static TestOutcome rejected(Reason reason, int total, String detail) {
    return new TestOutcome(Decision.REJECTED, reason, 0, total, detail);
  }

  static TestOutcome error(Reason reason, int total, String detail) {
    return new TestOutcome(Decision.ERROR, reason, 0, total, detail);
  }

  /** The judged code's process was ended from outside, or ended itself. */
  static TestOutcome ended(Ending ending, int passed, int total) {
    Reason reason =
        switch (ending.cause()) {
          case WALL_TIME, CPU_TIME -> Reason.TIME;
          case MEMORY -> Reason.MEMORY;
          case OUTPUT -> Reason.OUTPUT;
          case ITSELF, CALLER -> Reason.ENDED_EARLY;
        };
    String detail =
        switch (ending.cause()) {
          case WALL_TIME -> "took too long";
          case CPU_TIME -> "took too much processor time";
          case MEMORY -> "took too much memory";
          case OUTPUT -> "wrote too much";
          case ITSELF, CALLER ->
              "the code ended its process (exit %d)".formatted(ending.exitCode());
        };
    return new TestOutcome(Decision.REJECTED, reason, passed, total, detail);
  }

  /** Share of the tests that passed. */
  double score() {
    return decision == Decision.ACCEPTED
        ? 1
        : total == 0 ? 0 : Math.min(passed, total) / (double) total;
  }
}
