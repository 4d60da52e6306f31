package dev.alluvium.cli.operate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** How people may call a version. */
final class VersionName {
  private static final Pattern NUMBER = Pattern.compile("v(\\d{1,6})");

  private VersionName() {}

  /**
   * The whole name: v7 is v000007.
   *
   * @throws ParameterException when it is no name
   */
  static String of(String given, CommandSpec command) {
    Matcher number = NUMBER.matcher(given);
    if (!number.matches()) {
      throw new ParameterException(
          command.commandLine(),
          "%s is no version: expected a name such as v000012".formatted(given));
    }
    return "v%06d".formatted(Integer.parseInt(number.group(1)));
  }
}
