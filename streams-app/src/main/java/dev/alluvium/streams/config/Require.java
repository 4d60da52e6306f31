package dev.alluvium.streams.config;

import java.time.Duration;

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
}
