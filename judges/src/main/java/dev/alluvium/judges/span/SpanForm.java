package dev.alluvium.judges.span;

import dev.alluvium.judges.number.NumberWords;
import dev.alluvium.judges.text.Texts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A span in normal form, as SQuAD's evaluation makes it (arXiv 1606.05250): lower case, no
 * punctuation, no articles, single spaces. Beyond it: no accents, small number words as digits, no
 * ordinal endings.
 *
 * @param tokens its words in order
 */
record SpanForm(List<String> tokens) {
  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  /** Punctuation parts words. */
  static SpanForm of(String text) {
    return of(text, " ");
  }

  /** Punctuation inside a word goes without a trace, as in SQuAD: U.S. is us. */
  static SpanForm joined(String text) {
    return of(text, "");
  }

  private static SpanForm of(String text, String instead) {
    String folded = Texts.folded(Texts.unmarked(Texts.plain(text)));
    StringBuilder kept = new StringBuilder(folded.length());
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      boolean inNumber = (c == '.' || c == ',') && digitAt(folded, i - 1) && digitAt(folded, i + 1);
      boolean possessive = c == '\'';
      if (Character.isLetterOrDigit(c) || Character.isWhitespace(c)) {
        kept.append(c);
      } else if (inNumber) {
        kept.append(c == '.' ? "." : "");
      } else if (c == '%') {
        kept.append(" percent ");
      } else if (c == '&') {
        kept.append(" and ");
      } else if (!possessive) {
        kept.append(Character.isSurrogate(c) ? String.valueOf(c) : instead);
      }
    }
    List<String> tokens = new ArrayList<>();
    for (String token : kept.toString().split("\\s+", -1)) {
      if (!token.isEmpty() && !ARTICLES.contains(token)) {
        tokens.add(NumberWords.digits(withoutOrdinal(token)));
      }
    }
    return new SpanForm(List.copyOf(tokens));
  }

  private static boolean digitAt(String text, int i) {
    return i >= 0 && i < text.length() && Character.isDigit(text.charAt(i));
  }

  private static String withoutOrdinal(String token) {
    int end = token.length() - 2;
    return end > 0
            && Set.of("st", "nd", "rd", "th").contains(token.substring(end))
            && token.substring(0, end).chars().allMatch(Character::isDigit)
        ? token.substring(0, end)
        : token;
  }

  /** Harmonic mean of precision and recall of the words, counted with repetition. */
  double f1(SpanForm other) {
    if (tokens.isEmpty() || other.tokens.isEmpty()) {
      return tokens.equals(other.tokens) ? 1 : 0;
    }
    Map<String, Integer> counts = new HashMap<>();
    tokens.forEach(token -> counts.merge(token, 1, Integer::sum));
    int common = 0;
    for (String token : other.tokens) {
      Integer left = counts.get(token);
      if (left != null && left > 0) {
        counts.put(token, left - 1);
        common++;
      }
    }
    return 2.0 * common / (tokens.size() + other.tokens.size());
  }

  /** Where another span stands whole in this one; -1 when it does not. */
  int indexOf(SpanForm part) {
    return java.util.Collections.indexOfSubList(tokens, part.tokens);
  }

  String text() {
    return String.join(" ", tokens).toLowerCase(Locale.ROOT);
  }
}
