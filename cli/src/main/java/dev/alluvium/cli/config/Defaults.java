package dev.alluvium.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The file of defaults inside this program: every key, its value and its meaning. */
final class Defaults {
  private static final String RESOURCE = "/alluvium-defaults.yaml";

  private Defaults() {}

  /** The file as it stands. */
  static String text() {
    try (InputStream in = Defaults.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks the resource " + RESOURCE);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keys and values. */
  static Map<String, String> values() {
    return YamlFile.parse(RESOURCE, text());
  }
}
