package dev.alluvium.judges.span;

import dev.alluvium.judges.text.Texts;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * When a sentence gives a short gold as its answer: it says gold whole, does not deny it, and does
 * not offer it as one of several. Lexical matching of generated answers as in arXiv 2305.06984,
 * with guards against its known false positives.
 */
final class Containment {
  private static final int LONGEST = 60;
  private static final int MAX_GOLD = 8;
  private static final Set<String> PRONOUNS =
      Set.of(
          "it", "he", "she", "they", "this", "that", "who", "which", "was", "is", "has", "had",
          "later", "then", "i", "we", "you", "its", "his", "her", "their", "also", "not");
  private static final Pattern DENIED =
      Pattern.compile(
          "(?:\\b(?:not|never|isn't|wasn't|aren't|neither|nor|except|unlike|instead of|rather than|other than|but not|nor|no longer|incorrectly|was not|is not)\\b)[^.,;]{0,25}$");
  private static final Pattern DENIED_BEHIND =
      Pattern.compile(
          "^[^.,;]{0,12}\\b(?:is|was|would be|are|were)(?: not|n't)\\b|^ (?:is|was) (?:wrong|incorrect|false)\\b");

  private Containment() {}

  /** True when the text answers with gold. */
  static boolean holds(String gold, String text) {
    SpanForm wanted = SpanForm.of(gold);
    SpanForm given = SpanForm.of(text);
    int size = wanted.tokens().size();
    if (size == 0
        || size > MAX_GOLD
        || given.tokens().size() > LONGEST
        || given.indexOf(wanted) < 0) {
      return false;
    }
    if (size == 1 && wanted.text().length() < 2 && !Character.isDigit(wanted.text().charAt(0))) {
      return false;
    }
    String plain = " " + Texts.squeezed(Texts.unmarked(Texts.plain(text))) + " ";
    String bare =
        Texts.squeezed(Texts.unmarked(Texts.plain(gold)))
            .replaceAll("[.,;!?]+$", "")
            .replaceAll("(?i)^(?:the|an?) ", "");
    String lower = fold(plain);
    String wantedText = fold(bare);
    int at = lower.indexOf(wantedText);
    if (at < 0) {
      return !DENIED.matcher(lower).find();
    }
    String before = plain.substring(0, Math.min(at, plain.length()));
    String behind = plain.substring(Math.min(at + wantedText.length(), plain.length()));
    return !DENIED.matcher(fold(before)).find()
        && !DENIED_BEHIND.matcher(fold(behind)).find()
        && !coordinated(before, behind, size)
        && !extended(before, behind, wanted);
  }

  /** Lower case and no accents, of the same length, so that places agree. */
  private static String fold(String text) {
    String folded = Texts.folded(text);
    return folded.length() == text.length() ? folded : text.toLowerCase(Locale.ROOT);
  }

  /** Paris and London, either Paris or London: more than was asked. */
  private static boolean coordinated(String before, String behind, int size) {
    List<String> next = List.of(behind.stripLeading().split("\\s+", 4));
    if (next.size() > 1
        && (next.get(0).equals("or") || next.get(0).equals("and") || next.get(0).equals("&"))) {
      String word = next.get(1).replaceAll("\\W+$", "");
      boolean joins = !word.isEmpty() && !PRONOUNS.contains(word);
      if (next.get(0).equals("or")
          || (joins
              && (Character.isUpperCase(word.charAt(0))
                  || Character.isDigit(word.charAt(0))
                  || size == 1))) {
        return true;
      }
    }
    String[] earlier = before.stripTrailing().split("\\s+", -1);
    if (earlier.length == 0) {
      return false;
    }
    String last = earlier[earlier.length - 1];
    String previous = earlier.length > 1 ? earlier[earlier.length - 2] : "";
    return last.equals("or")
        || last.equals("either")
        || ((last.equals("and") || last.equals("&"))
            && !previous.isEmpty()
            && Character.isUpperCase(previous.charAt(0)));
  }

  /** A number that goes on is another number: 5 in 5.2 or 15, Henry VI in Henry VI Part 2. */
  private static boolean extended(String before, String behind, SpanForm gold) {
    String first = gold.tokens().get(0);
    String last = gold.tokens().get(gold.tokens().size() - 1);
    boolean numberBefore = Character.isDigit(first.charAt(0)) && before.matches("(?s).*[\\d.,-]$");
    boolean numberBehind =
        Character.isDigit(last.charAt(last.length() - 1))
            && behind.matches(
                "(?s)^(?:[.,:]?\\d|%| percent| million| billion| thousand| hundred).*");
    boolean word =
        !before.isEmpty() && Character.isLetterOrDigit(before.charAt(before.length() - 1));
    return numberBefore || numberBehind || word;
  }
}
