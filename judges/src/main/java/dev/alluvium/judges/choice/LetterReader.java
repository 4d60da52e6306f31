package dev.alluvium.judges.choice;

import dev.alluvium.judges.text.Clauses;
import dev.alluvium.judges.text.Texts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads which choice a text takes: an announced letter, a letter that begins the text, the only
 * letter marked as a choice, or the only choice whose text it says. "A" and "I" as words of English
 * are no letters.
 */
final class LetterReader {
  private static final int WINDOW = 16_384;
  private static final Pattern AT_START =
      Pattern.compile(
          "^[\\s(\\[\"'*]*(?:(?i:option|choice)\\s+\\(?)?([A-Za-z])(?=[)\\].:,;\"'*\\s]|$)");
  private static final Pattern MARKED =
      Pattern.compile(
          "\\(([A-Z])\\)|(?<![\\p{L}\\p{N}'])([B-HJ-Z])(?=[).:,;]?(?:\\s|$))|(?<![\\p{L}\\p{N}'])([A-Z])\\)|(?i:option|choice)\\s+\\(?([A-Za-z])(?![\\p{L}\\p{N}'])");
  private static final Pattern CHOSEN =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}'])\\(?([A-Z])\\)?\\s+(?:is|would be|seems)\\s+(?:the\\s+)?(?:correct|right|true|best|answer|most)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TAKEN =
      Pattern.compile(
          "(?:guess|pick|choose|select|go with|going with)(?:\\s+(?:is|would be|option|choice|answer|it is))?:?\\s+\\(?([A-Z])(?![\\p{L}\\p{N}'])",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CALLED =
      Pattern.compile(
          "(?:correct|right|best)\\s+(?:option|choice|one|answer)\\s*(?:is|:|would be)?\\s*\\(?([A-Z])(?![\\p{L}\\p{N}'])",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern ALSO =
      Pattern.compile(
          "^[).:\\s]*(?:or|and|/|&|,)\\s*(?:(?i:option|choice)\\s*)?\\(?([A-Z])(?![\\p{L}\\p{N}'])");

  /** What stands between a letter and the choice's text; a minus sign belongs to the text. */
  private static final String BEFORE_TEXT = "^[)\\].:,;\"'*\\s]*(?:[-–—]\\s+)?";

  private static final Pattern LABEL = Pattern.compile("^[\\s\"']*\\(?([A-Z])[).:](?=\\s|$)");
  private static final Pattern PAIR =
      Pattern.compile(
          "\\b(?i:both|either)\\s+\\(?[A-Z]\\)?\\s+(?:and|or)\\s+\\(?[A-Z](?![\\p{L}\\p{N}'])");

  private final Choices choices;

  LetterReader(Choices choices) {
    this.choices = choices;
  }

  /**
   * What was read.
   *
   * @param letter the letter, or null
   * @param hedged true when several are taken
   * @param said what stands behind the letter, the choice's text perhaps
   */
  record Reading(@Nullable Character letter, boolean hedged, String said) {
    static final Reading NOTHING = new Reading(null, false, "");
    static final Reading SEVERAL = new Reading(null, true, "");
  }

  /** The choice a text takes. */
  Reading read(String text) {
    String thought = Clauses.afterThinking(text);
    String window =
        thought.length() > WINDOW ? thought.substring(thought.length() - WINDOW) : thought;
    String plain = Texts.unmarked(Texts.plain(window)).replace("$", "").strip();
    Optional<Clauses.Announced> announced = Clauses.announced(plain);
    if (announced.isPresent()) {
      if (announced.get().onlyDenies()) {
        return Reading.NOTHING;
      }
      Reading reading = clause(afterBut(unwrapped(announced.get().text())));
      if (reading.letter() != null || reading.hedged()) {
        return reading;
      }
    }
    for (Pattern pattern : List.of(CALLED, CHOSEN, TAKEN)) {
      Reading last = last(pattern, plain);
      if (last.letter() != null) {
        return last;
      }
    }
    Reading start =
        clause(
            plain.lines().map(String::strip).filter(Texts::saysSomething).findFirst().orElse(""));
    if (start.letter() != null || start.hedged()) {
      return start;
    }
    return anywhere(plain);
  }

  /** \text{B} and the like inside a box. */
  private static String unwrapped(String text) {
    return text.replaceAll("\\\\(?:text|mathrm|textbf|mathbf)\\s*\\{([^{}]{0,200})\\}", "$1")
        .strip();
  }

  private static String afterBut(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    int but = text.toLowerCase(Locale.ROOT).lastIndexOf(" but ");
    return lower.startsWith("not ") && but >= 0 ? text.substring(but + 5) : text;
  }

  /** A clause that begins with a letter, or is the text of a choice. */
  private Reading clause(String clause) {
    String sentence = Clauses.firstSentence(clause);
    Matcher label = LABEL.matcher(clause);
    if (label.find() && choices.has(label.group(1).charAt(0))) {
      return labelled(label.group(1).charAt(0), clause.substring(label.end(1)));
    }
    if (PAIR.matcher(sentence).find()) {
      return Reading.SEVERAL;
    }
    Optional<Character> byText = choices.withText(clause).or(() -> choices.withText(sentence));
    if (byText.isPresent()) {
      return new Reading(byText.get(), false, "");
    }
    Matcher start = AT_START.matcher(clause);
    if (start.find()) {
      char letter = Character.toUpperCase(start.group(1).charAt(0));
      String rest = clause.substring(start.end(1));
      if (choices.has(letter) && isLabel(start.group(1).charAt(0), rest, clause)) {
        return labelled(letter, rest);
      }
    }
    List<Character> mentioned = choices.mentionedIn(sentence);
    Set<Character> marked = letters(sentence);
    if (marked.size() == 1) {
      return new Reading(marked.iterator().next(), false, "");
    }
    return marked.isEmpty() && mentioned.size() == 1
        ? new Reading(mentioned.get(0), false, "")
        : marked.size() > 1 || mentioned.size() > 1 ? Reading.SEVERAL : Reading.NOTHING;
  }

  /** A letter and what stands behind it. */
  private Reading labelled(char letter, String rest) {
    Matcher also = ALSO.matcher(rest);
    boolean several =
        also.find() && choices.has(also.group(1).charAt(0)) && also.group(1).charAt(0) != letter;
    return several ? Reading.SEVERAL : new Reading(letter, false, rest.replaceAll(BEFORE_TEXT, ""));
  }

  /** "A" before a space and a word is an article, unless what follows is the choice's own text. */
  private boolean isLabel(char written, String rest, String clause) {
    String behind = rest.stripLeading();
    boolean punctuated =
        !rest.isEmpty() && !Character.isWhitespace(rest.charAt(0)) && rest.charAt(0) != '\'';
    if (behind.isEmpty() || punctuated || rest.startsWith("\n")) {
      return Character.isUpperCase(written)
          || clause.strip().length() <= 3
          || rest.startsWith(")")
          || rest.startsWith(".");
    }
    Optional<String> own = choices.text(Character.toUpperCase(written));
    boolean ownText =
        own.isPresent()
            && !Choices.normal(own.get()).isEmpty()
            && Choices.normal(behind).startsWith(Choices.normal(own.get()));
    boolean opened =
        clause.stripLeading().startsWith("(")
            || clause.toLowerCase(Locale.ROOT).startsWith("option")
            || clause.toLowerCase(Locale.ROOT).startsWith("choice");
    boolean word = written == 'A' || written == 'I' || Character.isLowerCase(written);
    boolean explained =
        behind.matches("(?s)(?:because|since|as|is|-|–|—|or|and|,|/|&).*")
            && Character.isUpperCase(written)
            && written != 'I';
    return ownText || opened || !word || explained;
  }

  private Reading last(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    Reading last = Reading.NOTHING;
    while (matcher.find()) {
      char letter = matcher.group(1).charAt(0);
      boolean denied =
          text.substring(Math.max(0, matcher.start() - 5), matcher.start())
              .toLowerCase(Locale.ROOT)
              .endsWith("not ");
      if (Character.isUpperCase(letter) && choices.has(letter) && !denied) {
        last =
            new Reading(letter, false, text.substring(matcher.end(1)).replaceAll(BEFORE_TEXT, ""));
      }
    }
    return last;
  }

  private Reading anywhere(String text) {
    Set<Character> marked = letters(text);
    if (marked.size() == 1) {
      return new Reading(marked.iterator().next(), false, "");
    }
    if (marked.size() > 1) {
      Set<Character> inEnd = letters(Clauses.lastSentence(text));
      return inEnd.size() == 1 ? new Reading(inEnd.iterator().next(), false, "") : Reading.SEVERAL;
    }
    List<Character> mentioned = choices.mentionedIn(text);
    if (mentioned.size() > 1) {
      List<Character> inEnd = choices.mentionedIn(Clauses.lastSentence(text));
      return inEnd.size() == 1 ? new Reading(inEnd.get(0), false, "") : Reading.SEVERAL;
    }
    return mentioned.isEmpty() ? Reading.NOTHING : new Reading(mentioned.get(0), false, "");
  }

  /** Letters marked as choices, those behind "not" left out. */
  private Set<Character> letters(String text) {
    Set<Character> letters = new LinkedHashSet<>();
    Matcher matcher = MARKED.matcher(text);
    while (matcher.find()) {
      String group = firstGroup(matcher);
      char letter = Character.toUpperCase(group.charAt(0));
      String before =
          text.substring(Math.max(0, matcher.start() - 8), matcher.start())
              .toLowerCase(Locale.ROOT);
      boolean denied =
          before.endsWith("not ") || before.endsWith("neither ") || before.endsWith("nor ");
      if (choices.has(letter) && !denied) {
        letters.add(letter);
      }
    }
    return letters;
  }

  private static String firstGroup(Matcher matcher) {
    List<String> groups = new ArrayList<>();
    for (int i = 1; i <= matcher.groupCount(); i++) {
      if (matcher.group(i) != null) {
        groups.add(matcher.group(i));
      }
    }
    return groups.get(0);
  }
}
