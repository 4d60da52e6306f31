package dev.alluvium.judges.span;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Differences of one word that turn a meaning round, however many other words agree: another
 * number, a denial, an opposite.
 */
final class Contradiction {
  private static final Set<String> DENIALS =
      Set.of(
          "not", "no", "never", "none", "nobody", "nothing", "without", "didnt", "doesnt", "dont",
          "isnt", "wasnt", "arent", "werent", "cant", "cannot", "couldnt", "wouldnt", "wont",
          "neither", "nor", "hadnt", "hasnt", "havent");
  private static final Pattern ROMAN = Pattern.compile("(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})");
  private static final List<Set<String>> OPPOSITES =
      List.of(
          Set.of("north", "south", "east", "west"),
          Set.of("northern", "southern", "eastern", "western"),
          Set.of("left", "right"),
          Set.of("before", "after"),
          Set.of("above", "below"),
          Set.of("over", "under"),
          Set.of("more", "less", "fewer"),
          Set.of("most", "least"),
          Set.of("increase", "decrease"),
          Set.of("increased", "decreased"),
          Set.of("increases", "decreases"),
          Set.of("higher", "lower"),
          Set.of("high", "low"),
          Set.of("first", "second", "third", "last"),
          Set.of("old", "young", "new"),
          Set.of("older", "younger"),
          Set.of("mother", "father"),
          Set.of("brother", "sister"),
          Set.of("son", "daughter"),
          Set.of("husband", "wife"),
          Set.of("king", "queen"),
          Set.of("prince", "princess"),
          Set.of("man", "woman"),
          Set.of("boy", "girl"),
          Set.of("he", "she"),
          Set.of("his", "her"),
          Set.of("black", "white", "red", "green", "blue", "yellow"),
          Set.of("good", "bad"),
          Set.of("happy", "sad"),
          Set.of("large", "small"),
          Set.of("big", "little"),
          Set.of("win", "lose"),
          Set.of("won", "lost"),
          Set.of("true", "false"),
          Set.of("alive", "dead"),
          Set.of("open", "closed"),
          Set.of("always", "never"),
          Set.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
          Set.of(
              "january",
              "february",
              "march",
              "april",
              "may",
              "june",
              "july",
              "august",
              "september",
              "october",
              "november",
              "december"));

  private static final Set<String> FUNCTION_WORDS =
      Set.of(
          "and", "for", "from", "with", "into", "onto", "that", "this", "these", "those", "which",
          "who", "whom", "was", "were", "are", "been", "has", "have", "had", "his", "her", "their",
          "its", "him", "them", "they", "she", "you", "your", "our", "out", "off", "then", "than",
          "there", "would", "could", "should", "will", "can", "did", "does", "because", "very",
          "also", "just", "when", "while", "some", "any", "all", "upon");

  private Contradiction() {}

  /** True when two spans that share most of their words do not say the same. */
  static boolean between(SpanForm gold, SpanForm given) {
    Set<String> a = new HashSet<>(gold.tokens());
    Set<String> b = new HashSet<>(given.tokens());
    if (!numbers(a).equals(numbers(b))) {
      return true;
    }
    if (denials(gold) != denials(given) || a.contains("yes") != b.contains("yes")) {
      return true;
    }
    if (replaces(a, b)) {
      return true;
    }
    for (Set<String> group : OPPOSITES) {
      Set<String> inGold = both(a, group);
      Set<String> inGiven = both(b, group);
      if (!inGold.isEmpty() && !inGiven.isEmpty() && !inGold.equals(inGiven)) {
        return true;
      }
    }
    return false;
  }

  /** A word of meaning stands in the place of another: afraid of the bear, not of the wolf. */
  private static boolean replaces(Set<String> gold, Set<String> given) {
    Set<String> missing = new HashSet<>(gold);
    missing.removeAll(given);
    Set<String> added = new HashSet<>(given);
    added.removeAll(gold);
    missing.removeIf(word -> !carriesMeaning(word) || hasForm(added, word));
    added.removeIf(word -> !carriesMeaning(word) || hasForm(gold, word));
    return !missing.isEmpty() && !added.isEmpty();
  }

  private static boolean carriesMeaning(String word) {
    return word.length() > 2 && !FUNCTION_WORDS.contains(word);
  }

  /** Forms of one word begin alike: last, lasts, lasting. */
  private static boolean hasForm(Set<String> words, String word) {
    int length = Math.max(3, word.length() - 3);
    String stem = word.substring(0, Math.min(word.length(), length));
    return words.stream()
        .anyMatch(other -> other.startsWith(stem) && Math.abs(other.length() - word.length()) <= 3);
  }

  private static Set<String> both(Set<String> words, Set<String> group) {
    Set<String> both = new HashSet<>(group);
    both.retainAll(words);
    return both;
  }

  private static long denials(SpanForm span) {
    return span.tokens().stream().filter(DENIALS::contains).count() % 2;
  }

  private static Set<String> numbers(Set<String> words) {
    Set<String> numbers = new HashSet<>();
    for (String word : words) {
      boolean digits = word.chars().anyMatch(Character::isDigit);
      boolean roman = word.length() > 1 && ROMAN.matcher(word).matches();
      if (digits || roman) {
        numbers.add(word);
      }
    }
    return numbers;
  }
}
