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
          "(?:\\b(?:not|never|isn't|wasn't|aren't|neither|nor|except|unlike|instead of|rather than|other than|but not|nor|no longer|incorrectly|was not|is not)\\b)[^.,;]{0,25}$|\\b(?:although|though|while|whereas|even if)\\b[^.;]{0,25}$");
  private static final Pattern DENIED_BEHIND =
      Pattern.compile(
          "^[^.,;]{0,12}\\b(?:is|was|would be|are|were)(?: not|n't)\\b|^ (?:is|was) (?:wrong|incorrect|false)\\b");

  private static final Set<String> FUNCTION =
      Set.of(
          "in",
          "on",
          "at",
          "to",
          "of",
          "for",
          "by",
          "from",
          "with",
          "as",
          "so",
          "because",
          "about",
          "into",
          "yes",
          "well",
          "thats",
          "its",
          "my",
          "answer",
          "very",
          "probably",
          "called");
  private static final Set<String> TITLES =
      Set.of(
          "king",
          "queen",
          "president",
          "sir",
          "dr",
          "mr",
          "mrs",
          "ms",
          "lord",
          "lady",
          "prince",
          "princess",
          "emperor",
          "saint",
          "st",
          "pope",
          "general",
          "captain",
          "professor");
  private static final Set<String> VERBS =
      Set.of(
          "is",
          "are",
          "was",
          "were",
          "be",
          "been",
          "has",
          "have",
          "had",
          "do",
          "does",
          "did",
          "will",
          "would",
          "can",
          "could",
          "may",
          "might",
          "must",
          "should",
          "gave",
          "gives",
          "give",
          "went",
          "goes",
          "go",
          "felt",
          "feels",
          "feel",
          "made",
          "makes",
          "took",
          "takes",
          "got",
          "gets",
          "became",
          "becomes",
          "said",
          "says",
          "saw",
          "sees",
          "came",
          "comes",
          "won",
          "wrote",
          "born",
          "found",
          "means",
          "uses",
          "lives",
          "includes",
          "thats",
          "its",
          "contains",
          "began",
          "held",
          "met",
          "ran",
          "told",
          "thought",
          "knew",
          "kept",
          "left",
          "think",
          "believe",
          "known",
          "called");
  private static final Pattern LISTED =
      Pattern.compile("^(?:,\\s*[\\p{L}\\p{N}' -]{1,30}){0,8},?\\s+or\\s");
  private static final Pattern LIST =
      Pattern.compile(
          "\\s*[\\p{L}\\p{N}_'-]+(?: [\\p{L}\\p{N}_'-]+)?(?:,\\s*[\\p{L}\\p{N}_'-]+(?: [\\p{L}\\p{N}_'-]+)?){2,30}[.]?\\s*");

  private Containment() {}

  /** True when the text answers with gold. */
  static boolean holds(String gold, String text, SpanForm question) {
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
    return isSentence(before, behind, question)
        && !DENIED.matcher(fold(before)).find()
        && !DENIED_BEHIND.matcher(fold(behind)).find()
        && !coordinated(before, behind, size)
        && !extended(before, behind, wanted);
  }

  /**
   * A sentence gives gold as its answer; a longer name or phrase is another answer: the Turing
   * machine is not a non-deterministic Turing machine. Function words, titles, words of the
   * question and what follows a comma add nothing.
   */
  private static boolean isSentence(String before, String behind, SpanForm question) {
    String[] next = behind.split(" ", 3);
    if (behind.startsWith(" ")
        && next.length > 1
        && !question.tokens().contains(SpanForm.of(next[1]).text())
        && !next[1].isEmpty()
        && Character.isUpperCase(next[1].charAt(0))
        && !next[1].equals("I")) {
      return false;
    }
    List<String> extra = new java.util.ArrayList<>();
    boolean verb = false;
    for (String token : SpanForm.of(before + " " + behind.replaceFirst("[,(].*", "")).tokens()) {
      verb |= VERBS.contains(token) || (token.length() > 3 && token.endsWith("ed"));
      if (!PRONOUNS.contains(token)
          && !question.tokens().contains(token)
          && !FUNCTION.contains(token)
          && !TITLES.contains(token)) {
        extra.add(token);
      }
    }
    return verb || extra.isEmpty();
  }

  /** Lower case and no accents, of the same length, so that places agree. */
  private static String fold(String text) {
    String folded = Texts.folded(text);
    return folded.length() == text.length() ? folded : text.toLowerCase(Locale.ROOT);
  }

  /** Paris and London, either Paris or London, a list of cities: more than was asked. */
  private static boolean coordinated(String before, String behind, int size) {
    if (LISTED.matcher(behind).find() || (LIST.matcher(before + "_" + behind).matches())) {
      return true;
    }
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
