package dev.alluvium.judges.number;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * When two numeric answers are the same. Values are compared exactly; rounding, percent signs and
 * units have rules of their own, which docs/judges.md shows by example.
 */
final class Equality {
  /** Two doubles that are nearer than this, relatively, come from the same expression. */
  private static final double SAME = 1e-9;

  /** Relative tolerance of MATH-style scoring for decimals of other precision. */
  private static final double NEAR = 1e-4;

  private static final int ENOUGH_DIGITS = 3;

  private final boolean asksForPercent;
  private final @Nullable Unit askedUnit;

  Equality(String instruction) {
    String lower = instruction.toLowerCase(Locale.ROOT);
    this.asksForPercent =
        lower.contains("percent") || lower.contains("per cent") || lower.contains("%");
    this.askedUnit = UnitScanner.askedFor(instruction);
  }

  boolean same(NumericAnswer gold, NumericAnswer given) {
    if (gold instanceof Quantity a && given instanceof Quantity b) {
      return sameQuantity(a, b);
    }
    if (gold instanceof NumericAnswer.Several a && given instanceof NumericAnswer.Several b) {
      return sameParts(a, b);
    }
    if (gold instanceof NumericAnswer.Range a && given instanceof NumericAnswer.Range b) {
      return sameQuantity(a.low(), b.low()) && sameQuantity(a.high(), b.high());
    }
    if (gold instanceof NumericAnswer.Colon a && given instanceof NumericAnswer.Colon b) {
      return a.numbers().equals(b.numbers())
          && (a.half().equals(b.half()) || a.half().isEmpty() || b.half().isEmpty());
    }
    return gold instanceof NumericAnswer.Symbols && gold.equals(given);
  }

  private boolean sameParts(NumericAnswer.Several gold, NumericAnswer.Several given) {
    boolean brackets =
        gold.brackets().isEmpty()
            || given.brackets().isEmpty()
            || gold.brackets().equals(given.brackets());
    if (!brackets || gold.parts().size() != given.parts().size()) {
      return false;
    }
    if (gold.ordered() || given.ordered()) {
      for (int i = 0; i < gold.parts().size(); i++) {
        if (!same(gold.parts().get(i), given.parts().get(i))) {
          return false;
        }
      }
      return true;
    }
    List<NumericAnswer> left = new ArrayList<>(given.parts());
    for (NumericAnswer part : gold.parts()) {
      boolean found = false;
      for (int i = 0; i < left.size() && !found; i++) {
        if (same(part, left.get(i))) {
          left.remove(i);
          found = true;
        }
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private boolean sameQuantity(Quantity gold, Quantity given) {
    if (gold.percent() || given.percent()) {
      return samePercent(gold, given);
    }
    Unit goldUnit = gold.unit();
    Unit givenUnit = given.unit();
    if (goldUnit != null && givenUnit != null) {
      return goldUnit.comparable(givenUnit) && sameValue(gold, given.convertedTo(goldUnit));
    }
    if (givenUnit != null && askedUnit != null && askedUnit.comparable(givenUnit)) {
      return sameValue(gold, given.convertedTo(askedUnit));
    }
    if (givenUnit != null && given.compound()) {
      return anyUnit(gold, given);
    }
    return sameValue(gold, given);
  }

  /** 1 hour 30 minutes is 1.5 as well as 90 when gold names no unit. */
  private static boolean anyUnit(Quantity gold, Quantity given) {
    Unit unit = given.unit();
    if (unit == null) {
      return false;
    }
    for (String name :
        List.of(
            "second", "minute", "hour", "day", "inch", "foot", "yard", "cent", "dollar", "ounce",
            "pound", "gram", "kg", "cm", "meter", "month", "year", "pint", "quart", "cup")) {
      Unit other = Unit.named(name);
      if (other != null && other.comparable(unit) && sameValue(gold, given.convertedTo(other))) {
        return true;
      }
    }
    return false;
  }

  /**
   * 75% is 0.75. Beside that the sign may be left out of a percent gold, and may be added to a gold
   * that is a bare percent: when the question asks for a percent, or gold is a whole number above
   * 1.
   */
  private boolean samePercent(Quantity gold, Quantity given) {
    if (sameValue(gold.unscaled(), given.unscaled())) {
      return true;
    }
    if (gold.percent() && given.percent()) {
      return false;
    }
    Rational exact = gold.exact();
    boolean whole = exact != null && exact.isWhole() && Math.abs(gold.approx()) > 1;
    return (gold.percent() || asksForPercent || whole)
        && sameValue(gold.withoutSign(), given.withoutSign());
  }

  /** Equal, or one a correct rounding of the other to at least three digits. */
  static boolean sameValue(Quantity gold, Quantity given) {
    Rational a = gold.exact();
    Rational b = given.exact();
    if (a != null && b != null) {
      return a.equals(b)
          || noise(gold, given)
          || roundedGold(gold, given)
          || roundedGiven(gold, given);
    }
    boolean decimal =
        (a == null && b != null && given.significant() >= ENOUGH_DIGITS)
            || (b == null && a != null && gold.significant() >= ENOUGH_DIGITS);
    if (!decimal) {
      return near(gold.approx(), given.approx(), SAME);
    }
    Quantity written = a == null ? given : gold;
    double exact = a == null ? gold.approx() : given.approx();
    return written.decimals() > 0
        && Math.abs(written.approx() - exact) <= 0.5000001 * Math.pow(10, -written.decimals());
  }

  /** 11.999999999999998 for 12: what calculating in doubles leaves. */
  private static boolean noise(Quantity gold, Quantity given) {
    return given.decimals() >= 9 && near(gold.approx(), given.approx(), SAME);
  }

  /** Gold was rounded: 3.14 for 3.14159, 0.33 for 1/3. */
  private static boolean roundedGold(Quantity gold, Quantity given) {
    Rational value = given.exact();
    if (value == null
        || gold.decimals() < 2
        || !value.rounded(gold.decimals()).equals(gold.exact())) {
      return false;
    }
    boolean fraction = given.decimals() < 0;
    boolean muchFiner =
        given.decimals() >= gold.decimals() + 2 && gold.significant() >= ENOUGH_DIGITS;
    boolean finer = given.decimals() > gold.decimals();
    return (fraction && !value.ends())
        || muchFiner
        || (finer && near(gold.approx(), given.approx(), NEAR));
  }

  /** The answer was rounded: 0.333 for 1/3. */
  private static boolean roundedGiven(Quantity gold, Quantity given) {
    Rational value = gold.exact();
    return value != null
        && !value.ends()
        && given.decimals() > 0
        && given.significant() >= ENOUGH_DIGITS
        && value.rounded(given.decimals()).equals(given.exact());
  }

  private static boolean near(double a, double b, double tolerance) {
    return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
  }
}
