package dev.alluvium.judges.polar;

import dev.alluvium.judges.text.Clauses;
import dev.alluvium.judges.text.Texts;
import dev.alluvium.judges.text.Words;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads yes, no or maybe: announced, as the first word, or as the only one of them in the last or
 * the whole text. "No" before a noun ("no evidence") and "no doubt" are no answers by themselves.
 */
final class PolarReader {
  private static final int WINDOW = 16_384;
  private static final int SHORT = 40;

  private static final Map<String, Polarity> WORDS =
      Map.ofEntries(
          Map.entry("yes", Polarity.YES),
          Map.entry("yeah", Polarity.YES),
          Map.entry("yep", Polarity.YES),
          Map.entry("true", Polarity.YES),
          Map.entry("correct", Polarity.YES),
          Map.entry("affirmative", Polarity.YES),
          Map.entry("absolutely", Polarity.YES),
          Map.entry("definitely", Polarity.YES),
          Map.entry("certainly", Polarity.YES),
          Map.entry("sure", Polarity.YES),
          Map.entry("indeed", Polarity.YES),
          Map.entry("right", Polarity.YES),
          Map.entry("never", Polarity.NO),
          Map.entry("wrong", Polarity.NO),
          Map.entry("no", Polarity.NO),
          Map.entry("nope", Polarity.NO),
          Map.entry("nah", Polarity.NO),
          Map.entry("false", Polarity.NO),
          Map.entry("incorrect", Polarity.NO),
          Map.entry("untrue", Polarity.NO),
          Map.entry("maybe", Polarity.MAYBE),
          Map.entry("perhaps", Polarity.MAYBE),
          Map.entry("possibly", Polarity.MAYBE),
          Map.entry("uncertain", Polarity.MAYBE),
          Map.entry("unclear", Polarity.MAYBE),
          Map.entry("inconclusive", Polarity.MAYBE),
          Map.entry("undetermined", Polarity.MAYBE),
          Map.entry("insufficient", Polarity.MAYBE),
          Map.entry("unknown", Polarity.MAYBE));

  /** Words that answer only at the beginning; elsewhere they are part of a sentence. */
  private static final Set<String> ONLY_FIRST =
      Set.of(
          "sure",
          "indeed",
          "right",
          "never",
          "wrong",
          "correct",
          "absolutely",
          "definitely",
          "certainly",
          "possibly",
          "perhaps",
          "incorrect",
          "unknown");

  private static final Set<String> DENIALS =
      Set.of("not", "isn't", "wasn't", "never", "hardly", "cannot");

  /** After these, a "no" without a comma still answers. */
  private static final Set<String> AFTER_NO =
      Set.of(
          "the",
          "it",
          "this",
          "that",
          "they",
          "he",
          "she",
          "we",
          "you",
          "there",
          "because",
          "since",
          "as",
          "but",
          "these",
          "those",
          "its",
          "not",
          "i",
          "a",
          "an",
          "in",
          "only",
          "if",
          "unless",
          "according",
          "based");

  /** "It does.", "They are not.": short for yes and no. */
  private static final Pattern ELLIPSIS =
      Pattern.compile(
          "(?i)\\W*(?:it|they|he|she|we|you|i|this|that|there)\\s+(?:is|are|was|were|do|does|did|has|have|had|can|ca|wo|could|will|would|should|must)(n't|\\s+not|not|\\s+never)?\\W*");

  private static final Pattern UNDECIDED =
      Pattern.compile(
          "(?i)\\b(?:may or may not|might or might not|not (?:clear|certain|conclusive|known)|it depends|hard to (?:say|tell)|(?:cannot|can't|can not|could not) (?:be (?:determined|said|known|answered)|say|tell)|not enough (?:evidence|information|data))\\b");

  private static final Set<String> COPULAS =
      Set.of("is", "are", "was", "were", "be", "seems", "not", "isn't", "wasn't", "aren't");

  private PolarReader() {}

  /** What was read. */
  record Reading(Optional<Polarity> polarity, boolean hedged) {
    static Reading of(Polarity polarity) {
      return new Reading(Optional.of(polarity), false);
    }

    static final Reading NOTHING = new Reading(Optional.empty(), false);
    static final Reading SEVERAL = new Reading(Optional.empty(), true);
  }

  /** The polarity of a canonical answer; empty when it is none. */
  static Optional<Polarity> canonical(String text) {
    List<Words.Word> words = Words.of(Texts.plain(text));
    return words.size() == 1
        ? Optional.ofNullable(WORDS.get(lower(words.get(0))))
        : Optional.empty();
  }

  /** The polarity of a text. */
  static Reading read(String text) {
    String thought = Clauses.afterThinking(text);
    String plain = Texts.unmarked(Texts.plain(thought));
    String tail = plain.length() > WINDOW ? plain.substring(plain.length() - WINDOW) : plain;
    String window = withoutChoice(tail);
    Optional<Clauses.Announced> announced = Clauses.announced(window);
    if (announced.isPresent()) {
      Reading reading =
          beginning(announced.get().sentence().replaceAll("\\\\text\\s*\\{|[{}]", " "), true);
      if (reading.polarity().isPresent() || reading.hedged()) {
        return reading;
      }
    }
    String head = withoutChoice(plain.length() > WINDOW ? plain.substring(0, WINDOW) : plain);
    Reading start = beginning(head, false);
    if (start.polarity().isPresent() || start.hedged()) {
      return start;
    }
    Matcher ellipsis = ELLIPSIS.matcher(window);
    if (window.length() < SHORT && ellipsis.matches()) {
      return Reading.of(ellipsis.group(1) == null ? Polarity.YES : Polarity.NO);
    }
    Reading end = only(Clauses.lastSentence(window));
    Reading all = end.polarity().isPresent() ? end : only(window);
    boolean undecided =
        all.polarity().isEmpty() && !all.hedged() && UNDECIDED.matcher(window).find();
    return undecided ? Reading.of(Polarity.MAYBE) : all;
  }

  /** A repeated "yes or no?" of the question answers nothing. */
  private static String withoutChoice(String text) {
    return text.replaceAll(
        "(?i)\\b(?:yes|no|true|false)\\s*(?:/|,?\\s*or)\\s*(?:yes|no|true|false)\\b(?=\\s*[?:)])[?:)]?",
        " ");
  }

  /** The word a clause begins with. */
  private static Reading beginning(String clause, boolean announced) {
    List<Words.Word> words = Words.of(clause);
    if (words.isEmpty()) {
      return Reading.NOTHING;
    }
    String first = lower(words.get(0));
    String second = words.size() > 1 ? lower(words.get(1)) : "";
    String third = words.size() > 2 ? lower(words.get(2)) : "";
    Polarity polarity = WORDS.get(first);
    if (polarity == null) {
      return wordyBeginning(first, second, third, announced);
    }
    if ((second.equals("and") || second.equals("or"))
        && WORDS.containsKey(third)
        && WORDS.get(third) != polarity) {
      return Reading.SEVERAL;
    }
    if (first.equals("no") && !announced && isDeterminer(clause, words, second)) {
      return Reading.NOTHING;
    }
    if ((first.equals("definitely") || first.equals("absolutely") || first.equals("certainly"))
        && (second.equals("not") || second.equals("no"))) {
      return Reading.of(Polarity.NO);
    }
    return Reading.of(polarity);
  }

  private static Reading wordyBeginning(
      String first, String second, String third, boolean announced) {
    Polarity next = WORDS.get(second);
    if (first.equals("of") && second.equals("course")) {
      return Reading.of(third.equals("not") ? Polarity.NO : Polarity.YES);
    }
    if (first.equals("not")
        && (second.equals("really") || (second.equals("at") && third.equals("all")))) {
      return Reading.of(Polarity.NO);
    }
    if (first.equals("not") && next != null) {
      return Reading.of(next.opposite());
    }
    if ((first.equals("it") && second.equals("depends"))
        || first.equals("cannot")
        || (first.equals("can't") && second.equals("be"))) {
      return Reading.of(Polarity.MAYBE);
    }
    if (announced
        && Set.of("probably", "likely", "a", "most", "clearly", "definitely", "indeed")
            .contains(first)) {
      Polarity later = next == null ? WORDS.get(third) : next;
      return later == null ? Reading.NOTHING : Reading.of(later);
    }
    return Reading.NOTHING;
  }

  /** "No evidence was found": the no belongs to the noun. A comma or the end makes it an answer. */
  private static boolean isDeterminer(String clause, List<Words.Word> words, String second) {
    if (words.size() == 1 || AFTER_NO.contains(second)) {
      return false;
    }
    String between = clause.substring(words.get(0).end(), words.get(1).start());
    return between.isBlank() && !between.contains("\n");
  }

  /** The only polarity that is said in a text. */
  private static Reading only(String text) {
    List<Words.Word> words = Words.of(text);
    Set<Polarity> found = EnumSet.noneOf(Polarity.class);
    List<Polarity> weak = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = lower(words.get(i));
      Polarity polarity = WORDS.get(word);
      String before = i > 0 ? lower(words.get(i - 1)) : "";
      if (polarity == null || (ONLY_FIRST.contains(word) && !COPULAS.contains(before))) {
        continue;
      }
      String next = i + 1 < words.size() ? lower(words.get(i + 1)) : "";
      boolean determiner =
          word.equals("no")
              && i + 1 < words.size()
              && !AFTER_NO.contains(next)
              && text.substring(words.get(i).end(), words.get(i + 1).start()).isBlank();
      if (determiner) {
        if (!next.equals("doubt") && !next.equals("matter") && !next.equals("one")) {
          weak.add(Polarity.NO);
        }
      } else {
        found.add(DENIALS.contains(before) ? polarity.opposite() : polarity);
      }
    }
    if (found.size() == 1) {
      return Reading.of(found.iterator().next());
    }
    return found.size() > 1
        ? Reading.SEVERAL
        : weak.isEmpty() ? Reading.NOTHING : Reading.of(Polarity.NO);
  }

  private static String lower(Words.Word word) {
    return word.text().toLowerCase(Locale.ROOT);
  }
}
