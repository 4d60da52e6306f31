package dev.alluvium.judges.number;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the unit behind a number, and the unit a question asks for. */
final class UnitScanner {
  /** Words that are units only when nothing follows that makes them something else. */
  private static final Set<String> ALSO_PREPOSITIONS = Set.of("in");

  private UnitScanner() {}

  /** A unit and where it ends. */
  record Found(Unit unit, int end) {}

  /** The unit that begins at a place in a text, after at most a space or a hyphen, or null. */
  static @Nullable Found at(String in, int from) {
    int i = from;
    if (i < in.length() && (in.charAt(i) == ' ' || in.charAt(i) == '-')) {
      i++;
    }
    int end = end(in, i);
    if (end == i) {
      return null;
    }
    String word = in.substring(i, end);
    int power = power(word);
    if (power > 0) {
      int next = end < in.length() && in.charAt(end) == ' ' ? end + 1 : end;
      int nextEnd = end(in, next);
      Unit raised = Unit.raised(in.substring(next, nextEnd), power);
      return raised == null ? null : new Found(raised, nextEnd);
    }
    if (ALSO_PREPOSITIONS.contains(word.toLowerCase(Locale.ROOT))
        && end < in.length()
        && in.charAt(end) == ' ') {
      return null;
    }
    if (end < in.length() && in.charAt(end) == '/') {
      int perEnd = end(in, end + 1);
      Unit speed = Unit.named(in.substring(i, perEnd));
      return speed == null ? null : new Found(speed, perEnd);
    }
    return raisedOrPlain(in, word, end);
  }

  private static @Nullable Found raisedOrPlain(String in, String word, int end) {
    for (String sign : new String[] {"^2", "^(2)", "^3", "^(3)"}) {
      if (in.startsWith(sign, end)) {
        Unit raised = Unit.raised(word, sign.contains("2") ? 2 : 3);
        return raised == null ? null : new Found(raised, end + sign.length());
      }
    }
    Unit unit = Unit.named(word);
    if (unit == null) {
      return null;
    }
    for (String per : new String[] {" per hour", " an hour", " per second", " a second"}) {
      Unit speed = in.startsWith(per, end) ? unit.per(per.endsWith("hour")) : null;
      if (speed != null) {
        return new Found(speed, end + per.length());
      }
    }
    return new Found(unit, end);
  }

  private static int power(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "square", "sq" -> 2;
      case "cubic", "cu" -> 3;
      default -> 0;
    };
  }

  private static int end(String in, int from) {
    int i = from;
    if (i < in.length() && in.charAt(i) == '°') {
      i++;
      boolean scale = i < in.length() && "CF".indexOf(in.charAt(i)) >= 0;
      return scale ? i + 1 : i;
    }
    if (i < in.length() && "¢€£¥₹$".indexOf(in.charAt(i)) >= 0) {
      return i + 1;
    }
    while (i < in.length() && Character.isLetter(in.charAt(i))) {
      i++;
    }
    return i;
  }

  /** The unit after the last "how many" of a question, or null. */
  static @Nullable Unit askedFor(String question) {
    String lower = question.toLowerCase(Locale.ROOT);
    int at = lower.lastIndexOf("how many ");
    if (at < 0) {
      return null;
    }
    Found found = at(lower, at + "how many ".length());
    return found == null ? null : found.unit();
  }
}
