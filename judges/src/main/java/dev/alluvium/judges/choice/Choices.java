package dev.alluvium.judges.choice;

import dev.alluvium.judges.Question;
import dev.alluvium.judges.text.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The choices of a question by their letter: from the record, else from the instruction's lines.
 */
final class Choices {
  private static final Pattern LINE =
      Pattern.compile("(?m)^[ \\t]*\\(?([A-Z])[).:][ \\t]+(\\S.*)$");
  private static final Pattern INLINE = Pattern.compile("\\(([A-Z])\\)[ \\t]*([^()\\n]{1,200})");
  private static final int FEWEST = 2;

  private final Map<Character, String> texts;

  private Choices(Map<Character, String> texts) {
    this.texts = texts;
  }

  /** The choices of a question; empty when it offers none. */
  static Choices of(Question question) {
    Map<Character, String> listed = new LinkedHashMap<>();
    List<String> texts = question.choices();
    for (int i = 0; i < Math.min(texts.size(), 26); i++) {
      Matcher labelled = LINE.matcher(texts.get(i));
      listed.put((char) ('A' + i), labelled.matches() ? labelled.group(2).strip() : texts.get(i));
    }
    if (listed.isEmpty()) {
      listed = inText(question.instruction());
    }
    if (listed.isEmpty() && question.context() != null) {
      listed = inText(question.context());
    }
    return new Choices(listed);
  }

  private static Map<Character, String> inText(String text) {
    for (Pattern pattern : List.of(LINE, INLINE)) {
      Map<Character, String> found = new LinkedHashMap<>();
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        char letter = matcher.group(1).charAt(0);
        if (letter == 'A') {
          found.clear();
        }
        if (letter == 'A' + found.size()) {
          found.put(letter, matcher.group(2).strip());
        }
      }
      if (found.size() >= FEWEST) {
        return found;
      }
    }
    return Map.of();
  }

  boolean isEmpty() {
    return texts.isEmpty();
  }

  /** True when a letter labels a choice; without choices any letter to J does. */
  boolean has(char letter) {
    return texts.isEmpty() ? letter >= 'A' && letter <= 'J' : texts.containsKey(letter);
  }

  /** The text of a choice. */
  Optional<String> text(char letter) {
    return Optional.ofNullable(texts.get(letter));
  }

  /** The one choice whose text this is, in normal form. */
  Optional<Character> withText(String text) {
    String wanted = normal(text);
    List<Character> found = new ArrayList<>();
    texts.forEach(
        (letter, own) -> {
          if (!wanted.isEmpty() && normal(own).equals(wanted)) {
            found.add(letter);
          }
        });
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  /**
   * Choices whose whole text stands in a text; one that is part of a longer one found is left out.
   */
  List<Character> mentionedIn(String text) {
    String in = " " + normal(text) + " ";
    List<Character> found = new ArrayList<>();
    texts.forEach(
        (letter, own) -> {
          String wanted = normal(own);
          if (!wanted.isEmpty() && says(in, wanted)) {
            found.add(letter);
          }
        });
    found.removeIf(
        letter ->
            found.stream().anyMatch(other -> !other.equals(letter) && contains(other, letter)));
    return found;
  }

  /** True when the words stand somewhere without "not" before them. */
  private static boolean says(String in, String wanted) {
    String whole = " " + wanted + " ";
    for (int at = in.indexOf(whole); at >= 0; at = in.indexOf(whole, at + 1)) {
      if (!in.substring(0, at).endsWith(" not")) {
        return true;
      }
    }
    return false;
  }

  private boolean contains(char longer, char shorter) {
    String a = normal(text(longer).orElse(""));
    String b = normal(text(shorter).orElse(""));
    return a.length() > b.length() && (" " + a + " ").contains(" " + b + " ");
  }

  /** Letters, digits and the signs of numbers, in lower case; articles go. */
  static String normal(String text) {
    StringBuilder normal = new StringBuilder();
    for (String word :
        Texts.folded(Texts.plain(text))
            .replaceAll("[^\\p{L}\\p{N}%$+\\-/.]+", " ")
            .strip()
            .split(" ", -1)) {
      String bare = word.replaceAll("^[.]+(?!\\d)|[.\\-/]+$", "");
      if (!bare.isEmpty() && !bare.equals("a") && !bare.equals("an") && !bare.equals("the")) {
        normal.append(normal.isEmpty() ? "" : " ").append(bare);
      }
    }
    return normal.toString().toLowerCase(Locale.ROOT);
  }
}
