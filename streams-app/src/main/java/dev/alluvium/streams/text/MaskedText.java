package dev.alluvium.streams.text;

/**
 * Masks what variants of one word problem differ in: every number becomes {@code #}, every
 * capitalised word {@code @}. By hand, because it runs on every pair; as expressions they are
 * {@code \\p{Nd}+(?:[.,:/]\\p{Nd}+)*} and {@code \\p{Lu}[\\p{L}\\p{M}'’-]*}.
 */
final class MaskedText {
  private static final String WITHIN_NUMBER = ".,:/";
  private static final String WITHIN_NAME = "'’-";

  private MaskedText() {}

  /** The masked text. */
  static String of(String text) {
    StringBuilder masked = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (isDigit(c)) {
        i = endOfNumber(text, i);
        masked.append('#');
      } else if (Character.getType(c) == Character.UPPERCASE_LETTER) {
        i = endOfName(text, i);
        masked.append('@');
      } else {
        masked.appendCodePoint(c);
        i += Character.charCount(c);
      }
    }
    return masked.toString();
  }

  private static int endOfNumber(String text, int start) {
    int end = endOfDigits(text, start);
    while (end + 1 < text.length()
        && WITHIN_NUMBER.indexOf(text.charAt(end)) >= 0
        && isDigit(text.codePointAt(end + 1))) {
      end = endOfDigits(text, end + 1);
    }
    return end;
  }

  private static int endOfDigits(String text, int start) {
    int end = start;
    while (end < text.length() && isDigit(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    return end;
  }

  private static int endOfName(String text, int start) {
    int end = start;
    while (end < text.length() && isWithinName(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    return end;
  }

  private static boolean isWithinName(int c) {
    return Character.isLetter(c) || isMark(c) || WITHIN_NAME.indexOf(c) >= 0;
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }

  private static boolean isDigit(int c) {
    return Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
  }
}
