package dev.alluvium.judges.number;

/**
 * Looks at the characters of a text; before and behind it there are spaces.
 *
 * @param in the text
 */
record Chars(String in) {
  /** Behind the digits that begin here. */
  int number(int from) {
    int i = from;
    while (isDigit(i)) {
      i++;
    }
    return i;
  }

  /** Behind one space, if there is one. */
  int skipSpace(int i) {
    return i < in.length() && in.charAt(i) == ' ' ? i + 1 : i;
  }

  /** Behind the letters that begin here, at least one character on. */
  int wordEnd(int from) {
    int i = from;
    while (i < in.length() && Character.isLetter(in.charAt(i))) {
      i++;
    }
    return Math.max(i, from + 1);
  }

  boolean isDigit(int i) {
    char c = charAt(i);
    return c >= '0' && c <= '9';
  }

  char charAt(int i) {
    return i >= 0 && i < in.length() ? in.charAt(i) : ' ';
  }
}
