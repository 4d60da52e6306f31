package dev.alluvium.judges.number;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Reads a number written in digits, without sign and unit: thousands separators, decimals, powers
 * of ten, fractions and mixed numbers.
 */
final class Numeral {
  private static final int MAX_DIGITS = 400;

  private final String in;
  private final Chars chars;

  Numeral(String in) {
    this.in = in;
    this.chars = new Chars(in);
  }

  /** Value and end of the digits or words alone. */
  record Core(Quantity quantity, int end) {}

  /** The number whose digits begin here, or null when it has too many. */
  @Nullable Core digits(int from) {
    StringBuilder number = new StringBuilder();
    int i = from;
    while (chars.isDigit(i)) {
      number.append(in.charAt(i++));
    }
    if (!number.isEmpty() && number.length() <= 3) {
      // Spaces separate thousands too, but two numbers may stand side by side: only 1 234 567 is
      // sure.
      char separator =
          chars.charAt(i) == ' ' && group(i + 1) && chars.charAt(i + 4) == ' ' && group(i + 5)
              ? ' '
              : ',';
      while (chars.charAt(i) == separator && group(i + 1)) {
        number.append(in, i + 1, i + 4);
        i += 4;
      }
    }
    int decimals = 0;
    if (i < in.length() && in.charAt(i) == '.' && chars.isDigit(i + 1)) {
      number.append('.');
      i++;
      while (chars.isDigit(i)) {
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
    return chars.isDigit(i)
        && chars.isDigit(i + 1)
        && chars.isDigit(i + 2)
        && !chars.isDigit(i + 3);
  }

  /** 3/4, 1 1/2, 1-1/2, 1 and 1/2; three numbers with slashes are a date. */
  private Core fraction(Core core) {
    if (core.quantity.decimals() > 0) {
      return core;
    }
    int slash = chars.skipSpace(core.end);
    if (chars.charAt(slash) == '/' && chars.isDigit(chars.skipSpace(slash + 1))) {
      int end = chars.number(chars.skipSpace(slash + 1));
      boolean date = chars.charAt(end) == '/' && chars.isDigit(end + 1);
      Rational below = whole(chars.skipSpace(slash + 1), end);
      return date
              || below == null
              || below.equals(Rational.ZERO)
              || (chars.charAt(end) == '.' && chars.isDigit(end + 1))
          ? core
          : new Core(Quantity.of(exact(core).over(below)), end);
    }
    int next = core.end;
    if (in.startsWith(" and ", next)) {
      next += 5;
    } else if (chars.charAt(next) == ' ' || chars.charAt(next) == '-') {
      next++;
    } else {
      return core;
    }
    int above = chars.number(next);
    if (above > next && chars.charAt(above) == '/' && chars.isDigit(above + 1)) {
      int end = chars.number(above + 1);
      Rational top = whole(next, above);
      Rational below = whole(above + 1, end);
      if (top != null && below != null && top.compareTo(below) < 0 && chars.charAt(end) != '/') {
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
    if ((chars.charAt(i) == 'e' || chars.charAt(i) == 'E')
        && (chars.isDigit(i + 1)
            || ((chars.charAt(i + 1) == '-' || chars.charAt(i + 1) == '+')
                && chars.isDigit(i + 2)))) {
      exponentAt = i + 1;
    } else {
      int times = chars.skipSpace(i);
      if (chars.charAt(times) == '*' || chars.charAt(times) == 'x' || chars.charAt(times) == 'X') {
        int ten = chars.skipSpace(times + 1);
        if (in.startsWith("10^", ten)) {
          exponentAt = ten + 3;
          if (chars.charAt(exponentAt) == '(') {
            exponentAt++;
            close = 1;
          }
        }
      }
    }
    if (exponentAt < 0) {
      return core;
    }
    boolean negative = chars.charAt(exponentAt) == '-';
    int from = negative || chars.charAt(exponentAt) == '+' ? exponentAt + 1 : exponentAt;
    int end = chars.number(from);
    if (end == from || end - from > 4 || Character.isLetter(chars.charAt(end))) {
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

  static Rational exact(Core core) {
    return exact(core.quantity);
  }

  static Rational exact(Quantity quantity) {
    Rational exact = quantity.exact();
    if (exact == null) {
      throw new IllegalStateException("a scanned number is exact");
    }
    return exact;
  }

  private @Nullable Rational whole(int from, int end) {
    return end - from < 1 || end - from > 18
        ? null
        : Rational.of(Long.parseLong(in.substring(from, end)));
  }
}
