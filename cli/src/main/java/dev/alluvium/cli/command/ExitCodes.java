package dev.alluvium.cli.command;

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

  private ExitCodes() {}
}
