package dev.alluvium.streams.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** Checks of settings whose messages name key, value and bound. */
final class Require {
  private Require() {}

  static void that(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  static void within(String key, long value, long least, long most) {
    that(
        least <= value && value <= most,
        "%s is %d: expected %d to %d".formatted(key, value, least, most));
  }

  static void within(String key, Duration value, Duration least, Duration most) {
    that(
        least.compareTo(value) <= 0 && value.compareTo(most) <= 0,
        "%s is %s: expected %s to %s".formatted(key, value, least, most));
  }

  static void notBlank(String key, String value) {
    that(!value.isBlank(), key + " is empty: expected a value");
  }

  /** The constant a text names, in whatever case and with - for _. */
  static <E extends Enum<E>> E oneOf(String key, String value, E[] known) {
    String name = value.strip().replace('-', '_').toUpperCase(Locale.ROOT);
    return Arrays.stream(known)
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is '%s': expected one of %s"
                        .formatted(
                            key,
                            value,
                            Arrays.stream(known)
                                .map(one -> one.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                                .toList())));
  }
}
