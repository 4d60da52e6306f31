package dev.alluvium.streams.dashboard.history;

/** Texts of unknown length, made short enough to keep and to show. */
final class Texts {
  /** Longest name of a skill, a reason, an origin or a task. */
  static final int NAME = 64;

  /** Longest sentence for people. */
  static final int SENTENCE = 400;

  private Texts() {}

  /** The first so many UTF-16 units, without half a character at the end. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end);
  }
}
