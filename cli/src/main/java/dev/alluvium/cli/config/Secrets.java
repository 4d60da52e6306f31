package dev.alluvium.cli.config;

import java.util.List;
import java.util.Locale;

/** Values that must not be shown. */
public final class Secrets {
  private static final String MASK = "***";
  private static final List<String> TELLTALES = List.of("password", "secret", "token", "jaas");

  /** Keys that count tokens of text, or name the place where a token is, and give nothing away. */
  private static final List<String> HARMLESS =
      List.of("train.", "mix.", "s3ft.", "dashboard.", "http.");

  private Secrets() {}

  /** The value, or three stars when its key says that it is secret. */
  public static String masked(String key, String value) {
    String lower = key.toLowerCase(Locale.ROOT);
    boolean secret =
        TELLTALES.stream().anyMatch(lower::contains)
            && HARMLESS.stream().noneMatch(lower::startsWith);
    return secret && !value.isEmpty() ? MASK : value;
  }
}
