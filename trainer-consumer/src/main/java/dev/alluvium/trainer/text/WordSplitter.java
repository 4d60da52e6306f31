package dev.alluvium.trainer.text;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts text into the words inside which byte pairs may merge: every digit alone (numbers then have
 * one spelling), the rest as GPT-2 does, with the space in front of a word.
 */
final class WordSplitter {
  private static final Pattern DIGIT_OR_RUN = Pattern.compile("\\p{N}|[^\\p{N}]+");
  private static final Pattern WORD =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private WordSplitter() {}

  static void split(String text, Consumer<String> words) {
    Matcher runs = DIGIT_OR_RUN.matcher(text);
    while (runs.find()) {
      // A matcher of its own: what stands beside a digit must not influence the split.
      Matcher word = WORD.matcher(runs.group());
      while (word.find()) {
        words.accept(word.group());
      }
    }
  }
}
