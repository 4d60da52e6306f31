package dev.alluvium.judges.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * An exact fraction in lowest terms with a positive denominator.
 *
 * @param numerator above the line
 * @param denominator below it, 1 or more
 */
record Rational(BigInteger numerator, BigInteger denominator) implements Comparable<Rational> {
  static final Rational ZERO = of(0);

  /** Larger results are refused, so that a short text cannot ask for a long calculation. */
  private static final int MAX_BITS = 20_000;

  private static final int MAX_EXPONENT = 4_000;

  Rational {
    if (denominator.signum() == 0) {
      throw new ArithmeticException("division by zero");
    }
    if (numerator.bitLength() > MAX_BITS || denominator.bitLength() > MAX_BITS) {
      throw new ArithmeticException("number too large");
    }
    BigInteger divisor = numerator.gcd(denominator);
    if (denominator.signum() < 0) {
      divisor = divisor.negate();
    }
    if (divisor.signum() != 0 && !divisor.equals(BigInteger.ONE)) {
      numerator = numerator.divide(divisor);
      denominator = denominator.divide(divisor);
    }
  }

  static Rational of(long whole) {
    return new Rational(BigInteger.valueOf(whole), BigInteger.ONE);
  }

  static Rational of(long numerator, long denominator) {
    return new Rational(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
  }

  static Rational of(BigDecimal value) {
    if (Math.abs(value.scale()) > MAX_EXPONENT || value.precision() > MAX_EXPONENT) {
      throw new ArithmeticException("number too large");
    }
    return value.scale() <= 0
        ? new Rational(value.toBigIntegerExact(), BigInteger.ONE)
        : new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()));
  }

  Rational plus(Rational other) {
    return new Rational(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  Rational minus(Rational other) {
    return plus(other.negated());
  }

  Rational times(Rational other) {
    return new Rational(
        numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  Rational over(Rational other) {
    return new Rational(
        numerator.multiply(other.denominator), denominator.multiply(other.numerator));
  }

  Rational negated() {
    return new Rational(numerator.negate(), denominator);
  }

  /** Whole powers only. */
  Rational power(int exponent) {
    if (Math.abs((long) exponent) * Math.max(numerator.bitLength(), denominator.bitLength())
        > MAX_BITS) {
      throw new ArithmeticException("number too large");
    }
    Rational positive =
        new Rational(numerator.pow(Math.abs(exponent)), denominator.pow(Math.abs(exponent)));
    return exponent < 0 ? of(1).over(positive) : positive;
  }

  /** The square root when it is a fraction too. */
  Optional<Rational> squareRoot() {
    if (numerator.signum() < 0) {
      return Optional.empty();
    }
    BigInteger above = numerator.sqrt();
    BigInteger below = denominator.sqrt();
    return above.multiply(above).equals(numerator) && below.multiply(below).equals(denominator)
        ? Optional.of(new Rational(above, below))
        : Optional.empty();
  }

  boolean isWhole() {
    return denominator.equals(BigInteger.ONE);
  }

  /** True when it can be written as a decimal that ends. */
  boolean ends() {
    BigInteger rest = denominator;
    for (BigInteger factor : new BigInteger[] {BigInteger.TWO, BigInteger.valueOf(5)}) {
      while (rest.mod(factor).signum() == 0) {
        rest = rest.divide(factor);
      }
    }
    return rest.equals(BigInteger.ONE);
  }

  /** Rounded half up to so many decimals. */
  Rational rounded(int decimals) {
    return of(
        new BigDecimal(numerator)
            .divide(new BigDecimal(denominator), decimals, RoundingMode.HALF_UP));
  }

  double toDouble() {
    return new BigDecimal(numerator)
        .divide(new BigDecimal(denominator), java.math.MathContext.DECIMAL64)
        .doubleValue();
  }

  @Override
  public int compareTo(Rational other) {
    return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
  }

  @Override
  public String toString() {
    return isWhole()
        ? numerator.toString()
        : ends() && denominator.bitLength() < 64
            ? new BigDecimal(numerator).divide(new BigDecimal(denominator)).toPlainString()
            : numerator + "/" + denominator;
  }
}
