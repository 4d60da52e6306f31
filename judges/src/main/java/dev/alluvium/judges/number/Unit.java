package dev.alluvium.judges.number;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A unit of measurement.
 *
 * @param dimension what it measures; only units of one dimension can be compared
 * @param factor how many of the dimension's base unit it is
 */
record Unit(String dimension, Rational factor) {
  private static final Map<String, Unit> BY_NAME = new HashMap<>();

  static {
    put("length", 1, 1000, "mm", "millimeter", "millimetre");
    put("length", 1, 100, "cm", "centimeter", "centimetre");
    put("length", 1, 1, "m", "meter", "metre");
    put("length", 1000, 1, "km", "kilometer", "kilometre");
    put("length", 254, 10_000, "in", "inch", "inche");
    put("length", 3048, 10_000, "ft", "foot", "feet");
    put("length", 9144, 10_000, "yd", "yard");
    put("length", 1_609_344, 1000, "mi", "mile");
    put("mass", 1, 1000, "mg", "milligram");
    put("mass", 1, 1, "g", "gram");
    put("mass", 1000, 1, "kg", "kilogram", "kilo");
    put("mass", 1_000_000, 1, "tonne");
    put("mass", 45_359_237, 100_000, "lb", "pound");
    put("mass", 45_359_237, 1_600_000, "oz", "ounce");
    put("time", 1, 1000, "ms", "millisecond");
    put("time", 1, 1, "s", "sec", "second");
    put("time", 60, 1, "min", "minute");
    put("time", 3600, 1, "h", "hr", "hour");
    put("time", 86_400, 1, "day");
    put("time", 604_800, 1, "week");
    put("months", 1, 1, "month");
    put("months", 12, 1, "year", "yr");
    put("volume", 1, 1000, "ml", "milliliter", "millilitre");
    put("volume", 1, 1, "l", "liter", "litre");
    put("us-volume", 1, 1, "cup");
    put("us-volume", 2, 1, "pint", "pt");
    put("us-volume", 4, 1, "quart", "qt");
    put("us-volume", 16, 1, "gallon", "gal");
    put("dollar", 1, 1, "$", "dollar", "usd", "buck");
    put("dollar", 1, 100, "cent", "¢");
    put("euro", 1, 1, "€", "euro", "eur");
    put("pound-sterling", 1, 1, "£", "gbp");
    put("yen", 1, 1, "¥", "yen");
    put("rupee", 1, 1, "₹", "rupee", "rs");
    put("angle", 1, 1, "°", "degree");
    put("celsius", 1, 1, "°c", "celsius");
    put("fahrenheit", 1, 1, "°f", "fahrenheit");
    put("speed", 1, 1, "km/h", "kph", "kmh");
    put("speed", 18, 5, "m/s");
    put("speed", 1_609_344, 1_000_000, "mph");
    for (String name : new String[] {"mm", "cm", "m", "km", "in", "ft", "yd", "mi"}) {
      Unit length = BY_NAME.get(name);
      if (length != null) {
        BY_NAME.put(name + "^2", new Unit("area", length.factor.power(2)));
        BY_NAME.put(name + "^3", new Unit("cubic", length.factor.power(3)));
      }
    }
  }

  private static void put(String dimension, long above, long below, String... names) {
    for (String name : names) {
      BY_NAME.put(name, new Unit(dimension, Rational.of(above, below)));
    }
  }

  /** The unit of a word in the singular or plural, as it stands behind a number, or null. */
  static @Nullable Unit named(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    Unit unit = BY_NAME.get(name);
    if (unit == null && name.length() > 2 && name.endsWith("s")) {
      unit = BY_NAME.get(name.substring(0, name.length() - 1));
    }
    return unit;
  }

  /** The unit of a length word made square or cubic. */
  static @Nullable Unit raised(String word, int power) {
    Unit length = named(word);
    return length == null || !length.dimension.equals("length")
        ? null
        : new Unit(power == 2 ? "area" : "cubic", length.factor.power(power));
  }

  /** A length an hour or a second as a speed; null for anything else. */
  @Nullable Unit per(boolean hour) {
    return dimension.equals("length")
        ? new Unit("speed", factor.times(hour ? Rational.of(1, 1000) : Rational.of(18, 5)))
        : null;
  }

  boolean comparable(Unit other) {
    return dimension.equals(other.dimension);
  }
}
