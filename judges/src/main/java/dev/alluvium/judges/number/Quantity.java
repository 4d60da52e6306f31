package dev.alluvium.judges.number;

import org.jspecify.annotations.Nullable;

/**
 * A number as it was written.
 *
 * @param exact its value, or null when it is no fraction, such as a square root
 * @param approx its value as far as a double goes
 * @param decimals digits after the point as written; -1 when it was not written as a decimal
 * @param significant digits without leading zeros; 0 when it was not written as a decimal
 * @param percent true when a percent sign follows; the value is the number before it
 * @param unit its unit, or null
 * @param compound true when several units were added up, as in 1 hour 30 minutes
 */
record Quantity(
    @Nullable Rational exact,
    double approx,
    int decimals,
    int significant,
    boolean percent,
    @Nullable Unit unit,
    boolean compound)
    implements NumericAnswer {

  static Quantity of(Rational value) {
    return new Quantity(value, value.toDouble(), -1, 0, false, null, false);
  }

  static Quantity of(double value) {
    return new Quantity(null, value, -1, 0, false, null, false);
  }

  static Quantity written(Rational value, int decimals, int significant) {
    return new Quantity(value, value.toDouble(), decimals, significant, false, null, false);
  }

  Quantity withValue(Rational value) {
    return new Quantity(value, value.toDouble(), decimals, significant, percent, unit, compound);
  }

  Quantity in(@Nullable Unit itsUnit) {
    return new Quantity(exact, approx, decimals, significant, percent, itsUnit, compound);
  }

  Quantity asPercent() {
    return new Quantity(exact, approx, decimals, significant, true, unit, compound);
  }

  Quantity asCompound() {
    return new Quantity(exact, approx, -1, 0, percent, unit, true);
  }

  /** The same value as an ordinary number: a percent divided by one hundred. */
  Quantity unscaled() {
    if (!percent) {
      return this;
    }
    Rational value = exact == null ? null : exact.over(Rational.of(100));
    return new Quantity(
        value, approx / 100, decimals < 0 ? -1 : decimals + 2, significant, false, unit, compound);
  }

  /** The number before the percent sign. */
  Quantity withoutSign() {
    return new Quantity(exact, approx, decimals, significant, false, unit, compound);
  }

  /** The same amount in another unit of its dimension. */
  Quantity convertedTo(Unit other) {
    if (unit == null || exact == null) {
      return this;
    }
    Rational value = exact.times(unit.factor()).over(other.factor());
    boolean same = unit.factor().equals(other.factor());
    return new Quantity(
        value,
        value.toDouble(),
        same ? decimals : -1,
        same ? significant : 0,
        percent,
        other,
        false);
  }

  @Override
  public String toString() {
    return (exact == null ? Double.toString(approx) : exact.toString()) + (percent ? "%" : "");
  }
}
