package dev.alluvium.cli.command;

import dev.alluvium.cli.config.SettingsException;
import dev.alluvium.schemas.access.Role;
import dev.alluvium.trainer.commit.FencedException;
import dev.alluvium.trainer.loop.LostWindowsException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns an exception into a line or two for a person and an exit code. */
public final class Failures implements IExecutionExceptionHandler {
  /** Causes deeper than this add nothing a person would read. */
  private static final int MAX_CAUSES = 5;

  /** How Jackson says where, on a line of its own. */
  private static final Pattern JSON_PLACE =
      Pattern.compile("\\s+at \\[Source: [^;\\]]*; line: (-?\\d+), column: (-?\\d+)\\]");

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parseResult) {
    PrintWriter err = commandLine.getErr();
    err.println("alluvium: " + message(failure));
    Denial.expected(failure, role(parseResult))
        .ifPresent(rights -> err.println("alluvium: " + rights));
    if (parseResult.expandedArgs().stream()
        .anyMatch(arg -> arg.equals("--verbose") || arg.equals("-v"))) {
      failure.printStackTrace(err);
    }
    err.flush();
    return exitCode(failure);
  }

  private static Role role(ParseResult parseResult) {
    return parseResult.hasSubcommand()
        ? Role.of(parseResult.subcommand().commandSpec().name())
        : Role.OPERATOR;
  }

  /** The failure and its causes in one line; a cause already told is not told twice. */
  public static String message(Throwable failure) {
    List<String> told = new ArrayList<>();
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      String said = said(cause);
      boolean wrapper = cause instanceof ExecutionException && cause.getCause() != null;
      if (!wrapper && told.stream().noneMatch(earlier -> earlier.contains(said))) {
        told.add(speaksForItself(cause) ? said : named(cause, said));
      }
      cause = cause.getCause();
    }
    return String.join(": ", told);
  }

  /** The exit code a failure stands for. */
  public static int exitCode(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CommandFailure known) {
        return known.exitCode();
      }
      if (cause instanceof SettingsException) {
        return ExitCodes.USAGE;
      }
      if (cause instanceof FencedException
          || cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException
          || cause instanceof FencedInstanceIdException) {
        return ExitCodes.FENCED;
      }
      if (cause instanceof LostWindowsException) {
        return ExitCodes.DATA_LOST;
      }
    }
    return ExitCodes.FAILED;
  }

  private static boolean speaksForItself(Throwable failure) {
    return failure instanceof CommandFailure
        || failure instanceof SettingsException
        || failure instanceof IllegalArgumentException;
  }

  /**
   * Its message, with a place in a JSON file as a person would give it; or the name of its class.
   */
  private static String said(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : JSON_PLACE.matcher(message).replaceAll(" (line $1, column $2)");
  }

  private static String named(Throwable failure, String said) {
    String name = failure.getClass().getSimpleName();
    return said.equals(name) ? name : name + ": " + said;
  }
}
