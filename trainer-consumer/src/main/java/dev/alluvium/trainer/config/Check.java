package dev.alluvium.trainer.config;

/** Refuses a setting with a message that names key, value and bound. */
final class Check {
  private Check() {}

  static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }
}
