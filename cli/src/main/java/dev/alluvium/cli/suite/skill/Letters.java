package dev.alluvium.cli.suite.skill;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Letters as operands: each stands alone with a space before it, so that it is one token of its own
 * wherever it stands.
 */
final class Letters {
  private static final int COUNT = 26;

  private Letters() {}

  static String one(UniformRandomProvider random) {
    return of(random.nextInt(COUNT));
  }

  static List<String> several(int count, UniformRandomProvider random) {
    return IntStream.range(0, count).mapToObj(i -> one(random)).toList();
  }

  /** The letter at a place of the alphabet, 0 to 25. */
  static String of(int place) {
    return String.valueOf((char) ('a' + place));
  }

  static String spaced(List<String> letters) {
    return String.join(" ", letters);
  }

  static String upper(String letters) {
    return letters.toUpperCase(Locale.ROOT);
  }
}
