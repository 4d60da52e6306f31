package dev.alluvium.streams.watch.fold;

import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a look at something that may drift came to.
 *
 * @param kind what drifts
 * @param skill the skill; null when it is about all
 * @param raises whether an alarm begins, if none stands
 * @param calm whether an alarm that stands is nearer its end
 * @param value what is compared with the threshold
 * @param threshold where the alarm begins
 * @param now what it is now, on the scale of {@code before}
 * @param before what it is in the reference
 * @param near values nearer than this are the same to people; 0 when they cannot tell whether it is
 *     as before
 * @param text the sentence of an alarm
 * @param state now in words, to be followed by "again" or "still"
 */
record Finding(
    String kind,
    @Nullable String skill,
    boolean raises,
    boolean calm,
    double value,
    double threshold,
    double now,
    double before,
    double near,
    Supplier<String> text,
    Supplier<String> state) {

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
