package dev.alluvium.judges.text;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds where a text announces its answer, and cuts sentences. Every search is linear. */
public final class Clauses {
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "st", "prof", "no", "vs", "jr", "sr", "e.g", "i.e", "approx",
          "u.s", "u.k");
  private static final Set<String> LINKS =
      Set.of("is", "are", "was", "were", "be", "equals", "becomes", "remains", "would");
  private static final Set<String> PERSONS = Set.of("i", "you", "he", "she", "we", "they", "who");
  private static final int LINK_WINDOW = 80;
  private static final int MAX_CLAUSE = 400;
  private static final int MAX_BOXED = 2000;

  private Clauses() {}

  /**
   * An announced answer.
   *
   * @param text what stands after the announcement, to the end of its line
   * @param start where it begins
   * @param boxed true when its end is marked too, so that all of it is the answer
   */
  public record Announced(String text, int start, boolean boxed) {
    /** The first sentence of it. */
    public String sentence() {
      return boxed ? text : firstSentence(text);
    }

    /** True when it says what the answer is not, and nothing else. */
    public boolean onlyDenies() {
      String lower = sentence().strip().toLowerCase(Locale.ROOT);
      boolean corrects =
          lower.contains(" but ") || lower.contains(" it is ") || lower.contains(" it's ");
      return (lower.startsWith("not ") || lower.startsWith("n't ")) && !corrects;
    }
  }

  /** Without the thinking that some models write first. */
  public static String afterThinking(String text) {
    int end = text.lastIndexOf("</think>");
    return end < 0 ? text : text.substring(end + "</think>".length());
  }

  /**
   * The last announcement of any kind: {@code \boxed{...}} (MATH, arXiv 2103.03874), {@code ####}
   * (GSM8K, arXiv 2110.14168), {@code <answer>}, or "the answer is", "Answer:".
   */
  public static Optional<Announced> announced(String text) {
    Announced best = null;
    for (Optional<Announced> found :
        java.util.List.of(boxed(text), hashes(text), tagged(text), worded(text))) {
      if (found.isPresent() && (best == null || found.get().start() > best.start())) {
        best = found.get();
      }
    }
    return Optional.ofNullable(best);
  }

  private static Optional<Announced> boxed(String text) {
    int at = Math.max(text.lastIndexOf("\\boxed"), text.lastIndexOf("\\fbox"));
    if (at < 0) {
      return Optional.empty();
    }
    int from = at + 1;
    while (from < text.length() && Character.isLetter(text.charAt(from))) {
      from++;
    }
    while (from < text.length() && text.charAt(from) == ' ') {
      from++;
    }
    if (from == text.length()) {
      return Optional.empty();
    }
    if (text.charAt(from) != '{') {
      int end = from;
      while (end < text.length()
          && !Character.isWhitespace(text.charAt(end))
          && text.charAt(end) != '$') {
        end++;
      }
      return Optional.of(new Announced(text.substring(from, end), from, true));
    }
    int depth = 0;
    for (int i = from; i < Math.min(text.length(), from + MAX_BOXED); i++) {
      char c = text.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) {
        return Optional.of(new Announced(text.substring(from + 1, i), from + 1, true));
      }
    }
    return Optional.empty();
  }

  private static Optional<Announced> hashes(String text) {
    int at = text.lastIndexOf("####");
    if (at < 0) {
      return Optional.empty();
    }
    String line = lineAt(text, at + 4);
    return Texts.saysSomething(line) && !line.strip().toLowerCase(Locale.ROOT).startsWith("answer")
        ? Optional.of(new Announced(line, at + 4, false))
        : Optional.empty();
  }

  private static Optional<Announced> tagged(String text) {
    int at = text.lastIndexOf("<answer>");
    if (at < 0) {
      return Optional.empty();
    }
    int from = at + "<answer>".length();
    int end = text.indexOf("</answer>", from);
    String inside = text.substring(from, end < 0 ? Math.min(text.length(), from + MAX_BOXED) : end);
    return Optional.of(new Announced(inside.strip(), from, inside.length() <= MAX_BOXED));
  }

  private static Optional<Announced> worded(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.length() != text.length()) {
      lower = text;
    }
    for (int at = lower.lastIndexOf("answer");
        at >= 0;
        at = at == 0 ? -1 : lower.lastIndexOf("answer", at - 1)) {
      if (at > 0 && Character.isLetter(lower.charAt(at - 1))) {
        continue;
      }
      int from = afterLink(text, lower, at + "answer".length());
      if (from >= 0) {
        String line = lineAt(text, from);
        if (Texts.saysSomething(line)) {
          return Optional.of(new Announced(line, from, false));
        }
      }
    }
    return Optional.empty();
  }

  /** Where the answer begins after the word "answer", or -1 when it announces nothing. */
  private static int afterLink(String text, String lower, int from) {
    int end = Math.min(text.length(), from + LINK_WINDOW);
    int i = from < end && lower.charAt(from) == 's' ? from + 1 : from;
    if (i < end && Character.isLetter(text.charAt(i))) {
      return -1;
    }
    while (i < end) {
      char c = text.charAt(i);
      if (c == ':' || c == '=') {
        return i + 1;
      }
      if (c == '\n') {
        String heading = text.substring(from, i).strip().replaceAll("[*#_]", "");
        return heading.isEmpty() || heading.equals("s") ? i + 1 : -1;
      }
      if (c == '.' || c == '?' || c == '!' || c == ';' || Character.isDigit(c)) {
        return -1;
      }
      if (Character.isLetter(c)) {
        int word = i;
        while (i < end && Character.isLetter(text.charAt(i))) {
          i++;
        }
        String link = lower.substring(word, i);
        if (PERSONS.contains(link)) {
          return -1; // "the answer he was looking for"
        }
        if (LINKS.contains(link)) {
          return afterAuxiliary(lower, i);
        }
      } else {
        i++;
      }
    }
    return -1;
  }

  /** "is therefore:", "would be", "is that" belong to the announcement. */
  private static int afterAuxiliary(String lower, int from) {
    int i = from;
    while (true) {
      int word = i;
      while (word < lower.length() && (lower.charAt(word) == ' ' || lower.charAt(word) == '*')) {
        word++;
      }
      int end = word;
      while (end < lower.length() && Character.isLetter(lower.charAt(end))) {
        end++;
      }
      String next = lower.substring(word, end);
      if (Set.of(
              "be",
              "therefore",
              "thus",
              "then",
              "simply",
              "clearly",
              "also",
              "that",
              "indeed",
              "actually")
          .contains(next)) {
        i = end;
      } else {
        return end == word && word < lower.length() && lower.charAt(word) == ':' ? word + 1 : i;
      }
    }
  }

  /** The rest of the line; when there is nothing on it, the next line that says something. */
  private static String lineAt(String text, int from) {
    int start = from;
    while (true) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      String line = text.substring(start, Math.min(end, start + MAX_CLAUSE));
      if (Texts.saysSomething(line) || end == text.length() || end - from > MAX_CLAUSE) {
        return line;
      }
      start = end + 1;
    }
  }

  /** Text up to the first full stop, question or exclamation mark that ends a sentence. */
  public static String firstSentence(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (endsSentence(text, i)) {
        return text.substring(0, i);
      }
    }
    return text;
  }

  /** The last sentence that says something. */
  public static String lastSentence(String text) {
    int end = text.length();
    for (int i = text.length() - 1; i >= 0; i--) {
      if (text.charAt(i) == '\n' || endsSentence(text, i)) {
        String sentence = text.substring(i + 1, end);
        if (Texts.saysSomething(sentence)) {
          return sentence.strip();
        }
        end = i;
      }
    }
    return text.substring(0, end).strip();
  }

  private static boolean endsSentence(String text, int at) {
    char c = text.charAt(at);
    if (c == '\n' || c == '!' || c == '?') {
      return true;
    }
    if (c != '.') {
      return false;
    }
    boolean last = at + 1 == text.length();
    if (!last
        && !Character.isWhitespace(text.charAt(at + 1))
        && "\"')*".indexOf(text.charAt(at + 1)) < 0) {
      return false;
    }
    if (last) {
      return true;
    }
    int word = at;
    while (word > 0
        && (Character.isLetter(text.charAt(word - 1)) || text.charAt(word - 1) == '.')) {
      word--;
    }
    String before = text.substring(word, at).toLowerCase(Locale.ROOT);
    boolean initial = before.length() == 1 && word < at && Character.isUpperCase(text.charAt(word));
    return !initial && !ABBREVIATIONS.contains(before);
  }
}
