package dev.alluvium.judges.text;

import java.text.Normalizer;
import java.util.Locale;

/** Forms of a text in which differences that do not matter are gone. */
public final class Texts {
  private Texts() {}

  /**
   * Compatibility characters (full width, ligatures, superscripts apart) as ordinary ones, one kind
   * of quote and minus, and no invisible characters.
   */
  public static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\u2018', '\u2019', '\u02BC', '\u00B4' -> plain.append('\'');
                case '\u201C', '\u201D', '\u00AB', '\u00BB', '\u201E' -> plain.append('"');
                case '\u2212', '\u2010', '\u2011', '\uFE63', '\uFF0D' -> plain.append('-');
                case '\u00A0', '\u2007' -> plain.append(' ');
                case '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF', '\u00AD' -> {}
                default -> {
                  if (c >= '\uFF01' && c <= '\uFF5E') {
                    plain.append((char) (c - '\uFF01' + '!'));
                  } else {
                    plain.appendCodePoint(c);
                  }
                }
              }
            });
    return plain.toString();
  }

  /** Without the marks of Markdown that only make text look different. */
  public static String unmarked(String text) {
    StringBuilder unmarked = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair = i + 1 < text.length() && text.charAt(i + 1) == c;
      if ((c == '*' || c == '_') && pair && !isPower(text, i)) {
        i++;
      } else if (c == '*' && isEmphasis(text, i)) {
        continue;
      } else if (c != '`') {
        unmarked.append(c);
      }
    }
    return unmarked.toString();
  }

  /** 2**3 is a power. */
  private static boolean isPower(String text, int at) {
    return at > 0
        && Character.isDigit(text.charAt(at - 1))
        && at + 2 < text.length()
        && Character.isDigit(text.charAt(at + 2));
  }

  /** A lone star stands at the edge of a word; between spaces or digits it multiplies. */
  private static boolean isEmphasis(String text, int at) {
    char before = at == 0 ? ' ' : text.charAt(at - 1);
    char after = at + 1 == text.length() ? ' ' : text.charAt(at + 1);
    return (Character.isLetter(before) || Character.isLetter(after))
        && Character.isWhitespace(before) != Character.isWhitespace(after);
  }

  /** Lower case without accents. */
  public static String folded(String text) {
    String apart = Normalizer.normalize(text, Normalizer.Form.NFKD);
    StringBuilder folded = new StringBuilder(apart.length());
    apart
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .forEach(folded::appendCodePoint);
    return folded.toString().toLowerCase(Locale.ROOT).replace("ß", "ss");
  }

  /** With every run of white space as one space, and none at the ends. */
  public static String squeezed(String text) {
    StringBuilder squeezed = new StringBuilder(text.length());
    boolean space = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c) || c == '\u00A0') {
        space = !squeezed.isEmpty();
      } else {
        if (space) {
          squeezed.append(' ');
        }
        space = false;
        squeezed.append(c);
      }
    }
    return squeezed.toString();
  }

  /** True when a letter, a digit or another number is in it. */
  public static boolean saysSomething(String text) {
    return text.codePoints()
        .anyMatch(
            c ->
                Character.isLetterOrDigit(c)
                    || Character.getType(c) == Character.OTHER_NUMBER
                    || c == '\u221E');
  }

  /** The beginning of a text, for people. */
  public static String excerpt(String text) {
    String squeezed = squeezed(text.length() > 400 ? text.substring(0, 400) : text);
    return squeezed.length() <= 60 ? squeezed : squeezed.substring(0, 59) + "…";
  }
}
