package dev.alluvium.judges.text;

import java.util.ArrayList;
import java.util.List;

/** The words of a text, with where they stand. */
public final class Words {
  private Words() {}

  /**
   * A word.
   *
   * @param text as written
   * @param start its first character
   * @param end behind its last character
   */
  public record Word(String text, int start, int end) {}

  /** Runs of letters and digits; an apostrophe between letters belongs to the word. */
  public static List<Word> of(String text) {
    List<Word> words = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      if (!Character.isLetterOrDigit(text.charAt(i))) {
        i++;
        continue;
      }
      int from = i;
      while (i < text.length() && (Character.isLetterOrDigit(text.charAt(i)) || isInner(text, i))) {
        i++;
      }
      words.add(new Word(text.substring(from, i), from, i));
    }
    return words;
  }

  private static boolean isInner(String text, int at) {
    return text.charAt(at) == '\''
        && at + 1 < text.length()
        && Character.isLetter(text.charAt(at + 1));
  }
}
