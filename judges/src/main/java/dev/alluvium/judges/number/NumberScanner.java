package dev.alluvium.judges.number;

import java.math.BigDecimal;
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
  private static final int MAX_DIGITS = 400;
  private static final String CURRENCIES = "$€£¥₹";

  private final String in;
  private final boolean words;

  /** How many parts of a compound are being read; three units in a row are enough. */
  private int nested;

  private NumberScanner(String in, boolean words) {
    this.in = in;
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
        i = Character.isLetter(in.charAt(i)) ? wordEnd(i) : i + 1;
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
    boolean digits = isDigit(i) || (c == '.' && isDigit(i + 1));
    if (!digits && !(words && Character.isLetter(c))) {
      return null;
    }
    Core core = digits ? digits(i) : words(i);
    return core == null ? null : dressed(i, core);
  }

  /** Value and end of the digits or words alone. */
  private record Core(Quantity quantity, int end) {}

  private @Nullable Core words(int from) {
    List<String> spelled = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    int i = from;
    while (i < in.length() && spelled.size() < 12 && Character.isLetter(in.charAt(i))) {
      int end = wordEnd(i);
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
        .map(found -> new Core(Quantity.of(found.value()), ends.get(found.words() - 1)))
        .orElse(null);
  }

  private @Nullable Core digits(int from) {
    StringBuilder number = new StringBuilder();
    int i = from;
    while (isDigit(i)) {
      number.append(in.charAt(i++));
    }
    if (!number.isEmpty() && number.length() <= 3) {
      // Spaces separate thousands too, but two numbers may stand side by side: only 1 234 567 is
      // sure.
      char separator =
          charAt(i) == ' ' && group(i + 1) && charAt(i + 4) == ' ' && group(i + 5) ? ' ' : ',';
      while (charAt(i) == separator && group(i + 1)) {
        number.append(in, i + 1, i + 4);
        i += 4;
      }
    }
    int decimals = 0;
    if (i < in.length() && in.charAt(i) == '.' && isDigit(i + 1)) {
      number.append('.');
      i++;
      while (isDigit(i)) {
        number.append(in.charAt(i++));
        decimals++;
      }
    }
    if (number.length() > MAX_DIGITS) {
      return null;
    }
    BigDecimal value = new BigDecimal(number.charAt(0) == '.' ? "0" + number : number.toString());
    int significant = value.signum() == 0 ? 1 : value.precision();
    return power(
        fraction(new Core(Quantity.written(Rational.of(value), decimals, significant), i)));
  }

  /** Three digits and no fourth. */
  private boolean group(int i) {
    return isDigit(i) && isDigit(i + 1) && isDigit(i + 2) && !isDigit(i + 3);
  }

  /** 3/4, 1 1/2, 1-1/2, 1 and 1/2; three numbers with slashes are a date. */
  private Core fraction(Core core) {
    if (core.quantity.decimals() > 0) {
      return core;
    }
    int slash = skipSpace(core.end);
    if (charAt(slash) == '/' && isDigit(skipSpace(slash + 1))) {
      int end = number(skipSpace(slash + 1));
      boolean date = charAt(end) == '/' && isDigit(end + 1);
      Rational below = whole(skipSpace(slash + 1), end);
      return date
              || below == null
              || below.equals(Rational.ZERO)
              || (charAt(end) == '.' && isDigit(end + 1))
          ? core
          : new Core(Quantity.of(exact(core).over(below)), end);
    }
    int next = core.end;
    if (in.startsWith(" and ", next)) {
      next += 5;
    } else if (charAt(next) == ' ' || charAt(next) == '-') {
      next++;
    } else {
      return core;
    }
    int above = number(next);
    if (above > next && charAt(above) == '/' && isDigit(above + 1)) {
      int end = number(above + 1);
      Rational top = whole(next, above);
      Rational below = whole(above + 1, end);
      if (top != null && below != null && top.compareTo(below) < 0 && charAt(end) != '/') {
        return new Core(Quantity.of(exact(core).plus(top.over(below))), end);
      }
    }
    return core;
  }

  /** 1.2e5 and 1.2 * 10^5. */
  private Core power(Core core) {
    int i = core.end;
    int exponentAt = -1;
    int close = 0;
    if ((charAt(i) == 'e' || charAt(i) == 'E')
        && (isDigit(i + 1) || ((charAt(i + 1) == '-' || charAt(i + 1) == '+') && isDigit(i + 2)))) {
      exponentAt = i + 1;
    } else {
      int times = skipSpace(i);
      if (charAt(times) == '*' || charAt(times) == 'x' || charAt(times) == 'X') {
        int ten = skipSpace(times + 1);
        if (in.startsWith("10^", ten)) {
          exponentAt = ten + 3;
          if (charAt(exponentAt) == '(') {
            exponentAt++;
            close = 1;
          }
        }
      }
    }
    if (exponentAt < 0) {
      return core;
    }
    boolean negative = charAt(exponentAt) == '-';
    int from = negative || charAt(exponentAt) == '+' ? exponentAt + 1 : exponentAt;
    int end = number(from);
    if (end == from || end - from > 4 || Character.isLetter(charAt(end))) {
      return core;
    }
    int exponent = Integer.parseInt(in.substring(from, end));
    Rational scale =
        exponent > 3000 ? null : Rational.of(10).power(negative ? -exponent : exponent);
    if (scale == null) {
      return core;
    }
    Quantity scaled = core.quantity.withValue(exact(core).times(scale));
    int decimals = Math.max(0, core.quantity.decimals() + (negative ? exponent : -exponent));
    return new Core(
        Quantity.written(exact(scaled), decimals, core.quantity.significant()), end + close);
  }

  /** With sign and currency before it, and percent, scale and unit behind it. */
  private Token dressed(int from, Core core) {
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
      if ((before.endsWith("minus ") && !Character.isDigit(charAt(start - 8)))
          || before.endsWith("negative ")) {
        negative = true;
        start -= before.endsWith("minus ") ? 6 : 9;
      }
    }
    Core signed =
        negative ? new Core(core.quantity.withValue(exact(core).negated()), core.end) : core;
    if (charAt(core.end) == ':' && isDigit(core.end + 1)) {
      return colon(start, core.end);
    }
    return behind(start, scaled(signed), unit);
  }

  /** A minus is a sign unless it stands between two things. */
  private boolean isSign(int minus) {
    char before = charAt(minus - 1);
    return !(Character.isLetterOrDigit(before) || before == ')' || before == '%' || before == '°');
  }

  private Token colon(int start, int from) {
    int end = from;
    while (charAt(end) == ':' && isDigit(end + 1)) {
      end = number(end + 1);
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
  private Core scaled(Core core) {
    if ((charAt(core.end) == 'k' || charAt(core.end) == 'K')
        && !Character.isLetterOrDigit(charAt(core.end + 1))) {
      return new Core(Quantity.of(exact(core).times(Rational.of(1000))), core.end + 1);
    }
    int word = skipSpace(core.end);
    if (!Character.isLetter(charAt(word))) {
      return core;
    }
    int end = wordEnd(word);
    Optional<Rational> scale = NumberWords.scale(in.substring(word, end));
    return scale.map(by -> new Core(Quantity.of(exact(core).times(by)), end)).orElse(core);
  }

  private Token behind(int start, Core core, @Nullable Unit before) {
    int end = core.end;
    Quantity quantity = core.quantity.in(before);
    int sign = skipSpace(end);
    if (charAt(sign) == '%') {
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
      if (in.startsWith(ordinal, end) && !Character.isLetter(charAt(end + 2))) {
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
    } else if (charAt(next) == ' ') {
      next++;
    } else {
      return first;
    }
    if (nested > 1
        || !isDigit(next)
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
    if (charAt(i) == '-' && (isDigit(i + 1) || CURRENCIES.indexOf(charAt(i + 1)) >= 0)) {
      next = i + 1;
    } else if (charAt(skipSpace(i)) == '–') {
      next = skipSpace(skipSpace(i) + 1);
    } else if (in.startsWith(" to ", i)) {
      next = i + 4;
    } else if (in.startsWith(" and ", i) && in.startsWith("between ", low.start - 8)) {
      next = i + 5;
    }
    if (next < 0) {
      return low;
    }
    next = CURRENCIES.indexOf(charAt(next)) >= 0 ? next + 1 : next;
    if (!isDigit(next)) {
      return low;
    }
    Core high = digits(next);
    if (high == null || !(low.answer instanceof Quantity from)) {
      return low;
    }
    Token to = behind(next, scaled(high), from.unit());
    return to.answer instanceof Quantity upper && !(charAt(to.end) == '-' && isDigit(to.end + 1))
        ? new Token(low.start, to.end, new NumericAnswer.Range(from.in(upper.unit()), upper))
        : low;
  }

  private static Rational exact(Core core) {
    return exact(core.quantity);
  }

  private static Rational exact(Quantity quantity) {
    Rational exact = quantity.exact();
    if (exact == null) {
      throw new IllegalStateException("a scanned number is exact");
    }
    return exact;
  }

  private int number(int from) {
    int i = from;
    while (isDigit(i)) {
      i++;
    }
    return i;
  }

  private @Nullable Rational whole(int from, int end) {
    return end - from < 1 || end - from > 18
        ? null
        : Rational.of(Long.parseLong(in.substring(from, end)));
  }

  private int skipSpace(int i) {
    return i < in.length() && in.charAt(i) == ' ' ? i + 1 : i;
  }

  private int wordEnd(int from) {
    int i = from;
    while (i < in.length() && Character.isLetter(in.charAt(i))) {
      i++;
    }
    return Math.max(i, from + 1);
  }

  private boolean isDigit(int i) {
    char c = charAt(i);
    return c >= '0' && c <= '9';
  }

  private char charAt(int i) {
    return i >= 0 && i < in.length() ? in.charAt(i) : ' ';
  }
}
