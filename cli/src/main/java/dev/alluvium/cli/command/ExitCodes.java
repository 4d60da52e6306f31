package dev.alluvium.cli.command;

import java.util.List;

/** What the process says to its caller. */
public final class ExitCodes {
  /** Everything asked for was done. */
  public static final int DONE = 0;

  /** Something went wrong. */
  public static final int FAILED = 1;

  /** The command line or the settings cannot be understood. */
  public static final int USAGE = 2;

  /** The gate refused to promote. */
  public static final int GATE_REFUSED = 3;

  /** Another process holds the lease. */
  public static final int FENCED = 4;

  /** Data was deleted before it was trained, and nobody has accepted that. */
  public static final int DATA_LOST = 5;

  /** All of them, in order. */
  public static final List<Meaning> ALL =
      List.of(
          new Meaning(DONE, "done", "Everything asked for was done.", "Nothing."),
          new Meaning(
              FAILED,
              "failed",
              "Something went wrong: the last line says what, on which input, and what to do. Of `verify` and `doctor`: a difference or a fault was found. Of an order: it was refused.",
              "What the line says. A service can be started again at once."),
          new Meaning(
              USAGE,
              "usage",
              "The command line or the settings cannot be understood.",
              "Put right what is named. Starting again changes nothing."),
          new Meaning(
              GATE_REFUSED,
              "gate refused",
              "Of `demo`: the gate did not promote the version.",
              "Read the reason it gives."),
          new Meaning(
              FENCED,
              "another process holds the lease",
              "Of `train`: another trainer has taken the lease of this namespace.",
              "Leave this one stopped. Started again, it takes the lease back and the other ends."),
          new Meaning(
              DATA_LOST,
              "windows were deleted before they were trained",
              "Of `train`: windows, or what leads to them, have gone before they were trained.",
              "Bring the topic back from a copy, or accept the loss once: `train --from latest --accept-loss`."));

  /**
   * What a code means.
   *
   * @param code the code
   * @param name in a few words
   * @param meaning in a sentence
   * @param advice what to do about it
   */
  public record Meaning(int code, String name, String meaning, String advice) {}

  private ExitCodes() {}
}
