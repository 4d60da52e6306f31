package dev.alluvium.streams.text;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The skill an instruction's own words tell. One pass over the words instead of one per expression,
 * because it runs on every pair.
 */
final class BuiltInSkills {
  /** In order of precedence. */
  private static final List<String> SKILLS = List.of("code", "math", "reading");

  private static final int CODE = 0;
  private static final int MATH = 1;
  private static final int READING = 2;
  private static final int NONE = SKILLS.size();

  private static final Map<String, Integer> TERMS = new HashMap<>();

  /** First words of terms of two words. */
  private static final Set<String> OPENERS = Set.of("how", "sum", "given", "following");

  private static final String OPERATORS = "-+*/=×÷";
  private static final int LONGEST_WORD = 10;

  static {
    terms(CODE, "python, java, javascript, sql, bash, html, regex, code, function, compile");
    terms(MATH, "how many, how much, calculate, compute, sum of, percent, percentage");
    terms(MATH, "equation, solve, average");
    terms(READING, "passage, paragraph, article, story, excerpt");
    terms(READING, "given text, given context, following text, following context");
  }

  private BuiltInSkills() {}

  private static void terms(int skill, String terms) {
    for (String term : terms.split(", ")) {
      TERMS.put(term, skill);
    }
  }

  /** The skill of the first rank that is told; null when none is. */
  static @Nullable String of(String text) {
    int found = NONE;
    int i = 0;
    while (i < text.length() && found != CODE) {
      char c = text.charAt(i);
      if (isWordChar(c)) {
        int end = endOfWord(text, i);
        found = Math.min(found, ofWord(text, i, end));
        i = end;
      } else {
        found = Math.min(found, ofSign(text, i));
        i++;
      }
    }
    return found == NONE ? null : SKILLS.get(found);
  }

  private static int ofWord(String text, int start, int end) {
    if (end - start > LONGEST_WORD) {
      return NONE;
    }
    String word = text.substring(start, end).toLowerCase(Locale.ROOT);
    if (word.equals("c") && text.startsWith("++", end)) {
      return CODE;
    }
    if (OPENERS.contains(word) && end < text.length() && text.charAt(end) == ' ') {
      int endOfNext = endOfWord(text, end + 1);
      word += text.substring(end, endOfNext).toLowerCase(Locale.ROOT);
    }
    return TERMS.getOrDefault(word, NONE);
  }

  /** A fence of code, or an operator between two numbers. */
  private static int ofSign(String text, int at) {
    char c = text.charAt(at);
    if (c == '`') {
      return text.startsWith("```", at) ? CODE : NONE;
    }
    if (OPERATORS.indexOf(c) < 0) {
      return NONE;
    }
    int before = at;
    while (before > 0 && Character.isWhitespace(text.charAt(before - 1))) {
      before--;
    }
    int after = at + 1;
    while (after < text.length() && Character.isWhitespace(text.charAt(after))) {
      after++;
    }
    boolean calculation =
        before > 0
            && after < text.length()
            && Character.isDigit(text.codePointBefore(before))
            && Character.isDigit(text.codePointAt(after));
    return calculation ? MATH : NONE;
  }

  private static int endOfWord(String text, int start) {
    int end = start;
    while (end < text.length() && isWordChar(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isWordChar(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
