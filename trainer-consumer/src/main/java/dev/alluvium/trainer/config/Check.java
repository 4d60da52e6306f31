package dev.alluvium.trainer.config;

import java.util.function.Supplier;

/** Refuses a setting with a message that names key, value and bound. */
final class Check {
  private Check() {}

  static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }

  /**
   * Lets the part that will use a value read it now, and puts the key in front of its complaint.
   */
  static void parsed(String key, Supplier<?> reader) {
    try {
      Object unused = reader.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
  }
}
