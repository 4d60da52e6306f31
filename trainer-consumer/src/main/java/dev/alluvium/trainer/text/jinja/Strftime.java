package dev.alluvium.trainer.text.jinja;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Dates as Python's strftime writes them in the C locale, in UTC. */
final class Strftime {
  private static final Map<Character, String> PATTERNS =
      Map.ofEntries(
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('b', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('d', "dd"),
          Map.entry('D', "MM/dd/yy"),
          Map.entry('F', "uuuu-MM-dd"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('j', "DDD"),
          Map.entry('m', "MM"),
          Map.entry('M', "mm"),
          Map.entry('p', "a"),
          Map.entry('S', "ss"),
          Map.entry('T', "HH:mm:ss"),
          Map.entry('y', "yy"),
          Map.entry('Y', "uuuu"));

  private Strftime() {}

  /**
   * The formatted time.
   *
   * @throws IllegalArgumentException for a directive that is not known
   */
  static String format(String format, Instant time) {
    ZonedDateTime date = time.atZone(ZoneOffset.UTC);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      if (format.charAt(i) != '%') {
        text.append(format.charAt(i));
        continue;
      }
      i++;
      boolean unpadded = i < format.length() && format.charAt(i) == '-';
      i += unpadded ? 1 : 0;
      char directive = i < format.length() ? format.charAt(i) : '\0';
      String pattern = PATTERNS.get(directive);
      if (directive == '%') {
        text.append('%');
      } else if (pattern != null) {
        String written = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(date);
        text.append(unpadded ? written.replaceFirst("^0+(?=.)", "") : written);
      } else {
        throw new IllegalArgumentException("the format '" + format + "' is not known");
      }
    }
    return text.toString();
  }
}
