package dev.alluvium.judges.number;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the numbers in a plain text: sign, currency, thousands separators, decimals, powers of ten,
 * fractions, percent, scale words and units. Linear in the length of the text.
 */
final class NumberScanner {
  private static final String CURRENCIES = "$€£¥₹";

  private final String in;
  private final Chars chars;
  private final Numeral numeral;
  private final boolean words;

  /** How many parts of a compound are being read; three units in a row are enough. */
  private int nested;

  private NumberScanner(String in, boolean words) {
    this.in = in;
    this.chars = new Chars(in);
    this.numeral = new Numeral(in);
    this.words = words;
  }

  /**
   * A number in a text.
   *
   * @param start its first character
   * @param end behind its last character, unit included
   */
  record Token(int start, int end, NumericAnswer answer) {}

  /**
   * The numbers of a text in order.
   *
   * @param words true to read number words too
   */
  static List<Token> scan(String text, boolean words) {
    return new NumberScanner(text, words).all();
  }

  private List<Token> all() {
    List<Token> tokens = new ArrayList<>();
    int i = 0;
    while (i < in.length()) {
      Token token = at(i);
      if (token == null) {
        i = Character.isLetter(in.charAt(i)) ? chars.wordEnd(i) : i + 1;
      } else {
        Token whole = range(token);
        tokens.add(whole);
        i = Math.max(whole.end, i + 1);
      }
    }
    return tokens;
  }

  /** A number whose digits or words begin here, or null. */
  private @Nullable Token at(int i) {
    char c = in.charAt(i);
    boolean inWord =
        i > 0 && (Character.isLetterOrDigit(in.charAt(i - 1)) || in.charAt(i - 1) == '_');
    if (inWord) {
      return null;
    }
    boolean digits = chars.isDigit(i) || (c == '.' && chars.isDigit(i + 1));
    if (!digits && !(words && Character.isLetter(c))) {
      return null;
    }
    Numeral.Core core = digits ? numeral.digits(i) : words(i);
    return core == null || isDecade(i, core) ? null : dressed(i, core);
  }

  /** The 1990s are no year. */
  private boolean isDecade(int from, Numeral.Core core) {
    int digits = core.end() - from;
    return (digits == 2 || digits == 4)
        && chars.charAt(core.end() - 1) == '0'
        && chars.charAt(core.end()) == 's'
        && !Character.isLetterOrDigit(chars.charAt(core.end() + 1));
  }

  private Numeral.@Nullable Core words(int from) {
    List<String> spelled = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    int i = from;
    while (i < in.length() && spelled.size() < 12 && Character.isLetter(in.charAt(i))) {
      int end = chars.wordEnd(i);
      spelled.add(in.substring(i, end).toLowerCase(Locale.ROOT));
      ends.add(end);
      i = end;
      if (i < in.length() && (in.charAt(i) == ' ' || in.charAt(i) == '-')) {
        i++;
      } else {
        break;
      }
    }
    return NumberWords.read(spelled)
        .map(found -> new Numeral.Core(Quantity.of(found.value()), ends.get(found.words() - 1)))
        .orElse(null);
  }

  /** With sign and currency before it, and percent, scale and unit behind it. */
  private Token dressed(int from, Numeral.Core core) {
    int start = from;
    Unit unit = null;
    boolean negative = false;
    if (start > 0
        && in.charAt(start - 1) == '-'
        && start > 1
        && CURRENCIES.indexOf(in.charAt(start - 2)) >= 0) {
      negative = true;
      start--;
    }
    int currency = start > 1 && in.charAt(start - 1) == ' ' ? start - 2 : start - 1;
    if (currency >= 0 && CURRENCIES.indexOf(in.charAt(currency)) >= 0) {
      unit = Unit.named(String.valueOf(in.charAt(currency)));
      start = currency;
      if (in.startsWith("US", Math.max(0, start - 2)) && start >= 2) {
        start -= 2;
      }
    }
    if (start > 0 && in.charAt(start - 1) == '-' && isSign(start - 1)) {
      negative = true;
      start--;
    } else {
      String before = in.substring(Math.max(0, start - 9), start).toLowerCase(Locale.ROOT);
      if ((before.endsWith("minus ") && !Character.isDigit(chars.charAt(start - 8)))
          || before.endsWith("negative ")) {
        negative = true;
        start -= before.endsWith("minus ") ? 6 : 9;
      }
    }
    Numeral.Core signed =
        negative
            ? new Numeral.Core(core.quantity().withValue(Numeral.exact(core).negated()), core.end())
            : core;
    if (chars.charAt(core.end()) == ':' && chars.isDigit(core.end() + 1)) {
      return colon(start, core.end());
    }
    return behind(start, scaled(signed), unit);
  }

  /** A minus is a sign unless it stands between two things. */
  private boolean isSign(int minus) {
    char before = chars.charAt(minus - 1);
    return !(Character.isLetterOrDigit(before) || before == ')' || before == '%' || before == '°');
  }

  private Token colon(int start, int from) {
    int end = from;
    while (chars.charAt(end) == ':' && chars.isDigit(end + 1)) {
      end = chars.number(end + 1);
    }
    String numbers = in.substring(start, end);
    String half = "";
    String rest =
        in.substring(end, Math.min(in.length(), end + 6))
            .toLowerCase(Locale.ROOT)
            .replace(".", "")
            .strip();
    if (rest.startsWith("am") || rest.startsWith("pm")) {
      half = rest.substring(0, 2);
      end = Math.min(in.length(), in.toLowerCase(Locale.ROOT).indexOf('m', end) + 1);
    }
    return new Token(
        start, end, new NumericAnswer.Colon(numbers.replaceFirst("^0(?=\\d)", ""), half));
  }

  /** Behind a number: k, thousand, million, dozen. */
  private Numeral.Core scaled(Numeral.Core core) {
    if ((chars.charAt(core.end()) == 'k' || chars.charAt(core.end()) == 'K')
        && !Character.isLetterOrDigit(chars.charAt(core.end() + 1))) {
      return new Numeral.Core(
          Quantity.of(Numeral.exact(core).times(Rational.of(1000))), core.end() + 1);
    }
    int word = chars.skipSpace(core.end());
    if (!Character.isLetter(chars.charAt(word))) {
      return core;
    }
    int end = chars.wordEnd(word);
    Optional<Rational> scale = NumberWords.scale(in.substring(word, end));
    return scale
        .map(by -> new Numeral.Core(Quantity.of(Numeral.exact(core).times(by)), end))
        .orElse(core);
  }

  private Token behind(int start, Numeral.Core core, @Nullable Unit before) {
    int end = core.end();
    Quantity quantity = core.quantity().in(before);
    int sign = chars.skipSpace(end);
    if (chars.charAt(sign) == '%') {
      return new Token(start, sign + 1, quantity.asPercent());
    }
    String rest = in.substring(sign, Math.min(in.length(), sign + 12)).toLowerCase(Locale.ROOT);
    for (String word : List.of("percentage points", "per cent", "percent", "pct")) {
      if (rest.startsWith(word)) {
        return new Token(start, Math.min(in.length(), sign + word.length()), quantity.asPercent());
      }
    }
    UnitScanner.Found found = before == null ? UnitScanner.at(in, end) : null;
    if (found != null) {
      return compound(new Token(start, found.end(), quantity.in(found.unit())));
    }
    for (String ordinal : List.of("st", "nd", "rd", "th")) {
      if (in.startsWith(ordinal, end) && !Character.isLetter(chars.charAt(end + 2))) {
        end += 2;
        break;
      }
    }
    Token token = new Token(start, end, quantity);
    return before == null ? token : compound(token);
  }

  /** 1 hour 30 minutes; 5 feet and 10 inches. */
  private Token compound(Token first) {
    int next = first.end;
    if (in.startsWith(" and ", next)) {
      next += 5;
    } else if (in.startsWith(", ", next)) {
      next += 2;
    } else if (chars.charAt(next) == ' ') {
      next++;
    } else {
      return first;
    }
    if (nested > 1
        || !chars.isDigit(next)
        || !(first.answer instanceof Quantity large)
        || large.unit() == null) {
      return first;
    }
    nested++;
    Token second = at(next);
    nested--;
    if (second == null
        || !(second.answer instanceof Quantity small)
        || small.unit() == null
        || !small.unit().comparable(large.unit())
        || small.unit().factor().compareTo(large.unit().factor()) >= 0
        || large.exact() == null
        || small.exact() == null) {
      return first;
    }
    Rational converted = small.exact().times(small.unit().factor()).over(large.unit().factor());
    return new Token(
        first.start, second.end, large.withValue(large.exact().plus(converted)).asCompound());
  }

  /** 5-10, 5 to 10; a minus with spaces subtracts. */
  private Token range(Token low) {
    int i = low.end;
    int next = -1;
    if (chars.charAt(i) == '-'
        && (chars.isDigit(i + 1) || CURRENCIES.indexOf(chars.charAt(i + 1)) >= 0)) {
      next = i + 1;
    } else if (chars.charAt(chars.skipSpace(i)) == '–') {
      next = chars.skipSpace(chars.skipSpace(i) + 1);
    } else if (in.startsWith(" to ", i)) {
      next = i + 4;
    } else if (in.startsWith(" and ", i) && in.startsWith("between ", low.start - 8)) {
      next = i + 5;
    }
    if (next < 0) {
      return low;
    }
    next = CURRENCIES.indexOf(chars.charAt(next)) >= 0 ? next + 1 : next;
    if (!chars.isDigit(next)) {
      return low;
    }
    Numeral.Core high = numeral.digits(next);
    if (high == null || !(low.answer instanceof Quantity from)) {
      return low;
    }
    Token to = behind(next, scaled(high), from.unit());
    return to.answer instanceof Quantity upper
            && !(chars.charAt(to.end) == '-' && chars.isDigit(to.end + 1))
        ? new Token(low.start, to.end, new NumericAnswer.Range(from.in(upper.unit()), upper))
        : low;
  }
}
