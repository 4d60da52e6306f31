package dev.alluvium.judges.number;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calculates an expression of numbers, + - * / ^ !, parentheses, sqrt and pi: exactly where the
 * result is a fraction, else as a double. Length, depth and size of numbers are bounded.
 */
final class Expression {
  private static final int MAX_LENGTH = 200;
  private static final int MAX_DEPTH = 40;
  private static final int MAX_FACTORIAL = 170;

  private final String in;
  private int at;
  private int depth;

  private Expression(String in) {
    this.in = in;
  }

  /** A value: exact if it can be, and always as a double. */
  private record Value(@Nullable Rational exact, double approx) {
    static Value of(Rational exact) {
      return new Value(exact, exact.toDouble());
    }
  }

  /** The value of the whole text, or empty when it is no such expression. */
  static Optional<Quantity> evaluate(String text) {
    String plain = text.replaceAll("(?<=\\d),(?=\\d{3}(?!\\d))", "").strip();
    if (plain.isEmpty() || plain.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    Expression expression = new Expression(plain.toLowerCase(Locale.ROOT));
    try {
      Value value = expression.sum();
      expression.space();
      if (expression.at < plain.length() || !Double.isFinite(value.approx)) {
        return Optional.empty();
      }
      Rational exact = value.exact;
      return Optional.of(exact == null ? Quantity.of(value.approx) : Quantity.of(exact));
    } catch (ArithmeticException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  private Value sum() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalStateException("too deep");
    }
    Value value = product();
    while (true) {
      space();
      if (take("+")) {
        Value other = product();
        value =
            both(value, other)
                ? Value.of(exact(value).plus(exact(other)))
                : new Value(null, value.approx + other.approx);
      } else if (take("-")) {
        Value other = product();
        value =
            both(value, other)
                ? Value.of(exact(value).minus(exact(other)))
                : new Value(null, value.approx - other.approx);
      } else {
        depth--;
        return value;
      }
    }
  }

  private Value product() {
    Value value = signed();
    while (true) {
      space();
      boolean times = take("*") || timesX();
      if (times || implied()) {
        value = times(value, times ? signed() : power());
      } else if (take("/")) {
        Value other = signed();
        value =
            both(value, other)
                ? Value.of(exact(value).over(exact(other)))
                : new Value(null, value.approx / other.approx);
      } else {
        return value;
      }
    }
  }

  /** 3 x 4 as people write it: an x between two numbers. */
  private boolean timesX() {
    boolean x =
        at < in.length()
            && in.charAt(at) == 'x'
            && at + 1 < in.length()
            && (in.charAt(at + 1) == ' ' || Character.isDigit(in.charAt(at + 1)));
    at += x ? 1 : 0;
    return x;
  }

  /** 2sqrt(3), 3pi, 2(5+1): no sign between means times. */
  private boolean implied() {
    return at < in.length()
        && (in.charAt(at) == '(' || in.startsWith("sqrt", at) || in.startsWith("pi", at));
  }

  private static Value times(Value a, Value b) {
    return both(a, b) ? Value.of(exact(a).times(exact(b))) : new Value(null, a.approx * b.approx);
  }

  private Value signed() {
    space();
    if (take("-")) {
      Value value = signed();
      return both(value, value) ? Value.of(exact(value).negated()) : new Value(null, -value.approx);
    }
    return take("+") ? signed() : power();
  }

  private Value power() {
    Value base = postfix();
    space();
    if (!take("^") && !take("**")) {
      return base;
    }
    if (++depth > MAX_DEPTH) {
      throw new IllegalStateException("too deep");
    }
    Value exponent = signed();
    depth--;
    Rational whole = exponent.exact;
    if (base.exact != null
        && whole != null
        && whole.isWhole()
        && whole.numerator().bitLength() < 16) {
      return Value.of(base.exact.power(whole.numerator().intValueExact()));
    }
    if (base.exact != null && whole != null && whole.equals(Rational.of(1, 2))) {
      return root(base);
    }
    return new Value(null, Math.pow(base.approx, exponent.approx));
  }

  private Value postfix() {
    Value value = atom();
    while (at < in.length() && in.charAt(at) == '!') {
      at++;
      Rational whole = value.exact;
      if (whole == null
          || !whole.isWhole()
          || whole.numerator().signum() < 0
          || whole.numerator().bitLength() > 8) {
        throw new IllegalStateException("no factorial");
      }
      int n = whole.numerator().intValueExact();
      if (n > MAX_FACTORIAL) {
        throw new IllegalStateException("too large");
      }
      Rational product = Rational.of(1);
      for (int i = 2; i <= n; i++) {
        product = product.times(Rational.of(i));
      }
      value = Value.of(product);
    }
    return value;
  }

  private Value atom() {
    space();
    if (take("(")) {
      Value value = sum();
      space();
      if (!take(")")) {
        throw new IllegalStateException("expected )");
      }
      return value;
    }
    if (take("sqrt")) {
      space();
      return root(at < in.length() && in.charAt(at) == '(' ? atom() : number());
    }
    if (take("pi")) {
      return new Value(null, Math.PI);
    }
    return number();
  }

  private static Value root(Value of) {
    if (of.approx < 0) {
      throw new ArithmeticException("root of a negative number");
    }
    Optional<Rational> exact = of.exact == null ? Optional.empty() : of.exact.squareRoot();
    return exact.map(Value::of).orElseGet(() -> new Value(null, Math.sqrt(of.approx)));
  }

  private Value number() {
    int from = at;
    while (at < in.length() && (Character.isDigit(in.charAt(at)) || in.charAt(at) == '.')) {
      at++;
    }
    try {
      return Value.of(Rational.of(new java.math.BigDecimal(in.substring(from, at))));
    } catch (NumberFormatException e) {
      throw new IllegalStateException("expected a number", e);
    }
  }

  private boolean take(String sign) {
    boolean there = in.startsWith(sign, at);
    at += there ? sign.length() : 0;
    return there;
  }

  private void space() {
    while (at < in.length() && in.charAt(at) == ' ') {
      at++;
    }
  }

  private static boolean both(Value a, Value b) {
    return a.exact != null && b.exact != null;
  }

  private static Rational exact(Value value) {
    if (value.exact == null) {
      throw new IllegalStateException("not exact");
    }
    return value.exact;
  }
}
