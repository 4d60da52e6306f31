package dev.alluvium.cli.command;

import org.jspecify.annotations.Nullable;

/** A command cannot do what it was asked: one message for a person and an exit code. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /** A failure with its own exit code. */
  public CommandFailure(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The ordinary failure: exit code 1. */
  public CommandFailure(String message) {
    this(ExitCodes.FAILED, message, null);
  }

  /** The ordinary failure, with what led to it. */
  public CommandFailure(String message, Throwable cause) {
    this(ExitCodes.FAILED, message, cause);
  }

  /** A command line or settings that cannot be understood: exit code 2. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(ExitCodes.USAGE, message, null);
  }

  /** One of {@link ExitCodes}. */
  public int exitCode() {
    return exitCode;
  }
}
