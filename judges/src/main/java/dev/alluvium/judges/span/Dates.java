package dev.alluvium.judges.span;

import dev.alluvium.judges.text.Texts;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a text that is nothing but a date, in the orders people write it. */
final class Dates {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final String MONTH =
      "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
  private static final Pattern DAY_FIRST =
      Pattern.compile(
          "(?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?: day)?(?: of)? " + MONTH + ",? (\\d{3,4})");
  private static final Pattern MONTH_FIRST =
      Pattern.compile(MONTH + " (?:the )?(\\d{1,2})(?:st|nd|rd|th)?,? (\\d{3,4})");
  private static final Pattern ISO = Pattern.compile("(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})");
  private static final Pattern SLASHES = Pattern.compile("(\\d{1,2})[/.](\\d{1,2})[/.](\\d{4})");
  private static final int LONGEST = 60;
  private static final int SENTENCE = 400;

  private Dates() {}

  /** A day; two readings are possible where day and month may be exchanged. */
  record Date(int year, int month, int day, boolean ambiguous) {
    boolean same(Date other) {
      boolean exact = year == other.year && month == other.month && day == other.day;
      boolean exchanged = year == other.year && month == other.day && day == other.month;
      return exact || ((ambiguous || other.ambiguous) && exchanged);
    }
  }

  static Optional<Date> of(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    String plain =
        Texts.squeezed(Texts.plain(text))
            .toLowerCase(Locale.ROOT)
            .replaceAll("^(?:on|in) |[.,;!]+$", "")
            .replaceAll(" (?:utc|gmt)$", "");
    Matcher m = DAY_FIRST.matcher(plain);
    if (m.matches()) {
      return date(m.group(3), month(m.group(2)), m.group(1), false);
    }
    m = MONTH_FIRST.matcher(plain);
    if (m.matches()) {
      return date(m.group(3), month(m.group(1)), m.group(2), false);
    }
    m = ISO.matcher(plain);
    if (m.matches()) {
      return date(m.group(1), Integer.parseInt(m.group(2)), m.group(3), false);
    }
    m = SLASHES.matcher(plain);
    return m.matches()
        ? date(m.group(3), Integer.parseInt(m.group(1)), m.group(2), true)
        : Optional.empty();
  }

  /** The only day that a sentence names; empty when there is none, or another beside it. */
  static Optional<Date> only(String text) {
    if (text.length() > SENTENCE) {
      return Optional.empty();
    }
    String plain = Texts.squeezed(Texts.plain(text)).toLowerCase(Locale.ROOT);
    Date found = null;
    for (Pattern pattern : List.of(DAY_FIRST, MONTH_FIRST, ISO, SLASHES)) {
      Matcher m = pattern.matcher(plain);
      while (m.find()) {
        Optional<Date> date = of(m.group());
        if (date.isPresent() && found != null && !found.same(date.get())) {
          return Optional.empty();
        }
        found = date.orElse(found);
      }
    }
    return Optional.ofNullable(found);
  }

  private static int month(String name) {
    return MONTHS.indexOf(name.substring(0, 3)) + 1;
  }

  private static Optional<Date> date(String year, int month, String day, boolean ambiguous) {
    return Optional.of(new Date(Integer.parseInt(year), month, Integer.parseInt(day), ambiguous));
  }
}
