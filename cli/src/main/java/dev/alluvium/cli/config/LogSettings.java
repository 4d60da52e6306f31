package dev.alluvium.cli.config;

import java.util.List;

/**
 * How a process logs, on stderr.
 *
 * @param format text for people, or json for one object a line
 * @param level least level of our own lines that are shown
 */
public record LogSettings(String format, String level) {
  private static final List<String> FORMATS = List.of("text", "json");
  private static final List<String> LEVELS = List.of("DEBUG", "INFO", "WARN", "ERROR");

  /** Checks every value. */
  public LogSettings {
    if (!FORMATS.contains(format)) {
      throw new IllegalArgumentException(
          "log.format is '%s': expected text or json".formatted(format));
    }
    if (!LEVELS.contains(level)) {
      throw new IllegalArgumentException(
          "log.level is '%s': expected one of %s".formatted(level, LEVELS));
    }
  }
}
