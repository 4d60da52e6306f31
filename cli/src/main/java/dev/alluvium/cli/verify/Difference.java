package dev.alluvium.cli.verify;

import org.jspecify.annotations.Nullable;

/**
 * Something that is not what the rest of the books say.
 *
 * @param kind what
 * @param where the record or file
 * @param expected what should be there
 * @param found what is there
 */
record Difference(Kind kind, String where, String expected, String found) {
  static Difference of(Kind kind, String where, Object expected, @Nullable Object found) {
    return new Difference(kind, where, String.valueOf(expected), String.valueOf(found));
  }
}
