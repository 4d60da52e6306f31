package dev.alluvium.streams.config;

import dev.alluvium.schemas.avro.HygieneRules;
import java.time.Duration;

/**
 * What the mixer refuses although it is well formed.
 *
 * @param similarity similarity of shingles at which a candidate is a near-duplicate of an earlier
 *     one, 0 to 1; 0: none is
 * @param remembered texts that are remembered for it; the oldest go first
 * @param rememberTime how long they are remembered
 * @param overlap share of a probe's 13-grams at which a candidate gives it away, 0 to 1; 0: none
 *     does
 */
public record HygieneSettings(
    double similarity, int remembered, Duration rememberTime, double overlap) {

  /** Texts of which four fifths are the same, and half of a probe. */
  public static HygieneSettings defaults() {
    return new HygieneSettings(0.8, 20_000, Duration.ofDays(7), 0.5);
  }

  /** The settings of rules. */
  static HygieneSettings of(HygieneRules rules) {
    return new HygieneSettings(
        Millionths.toShare(rules.getSimilarity()),
        rules.getRemembered(),
        Duration.ofMillis(rules.getRememberedMillis()),
        Millionths.toShare(rules.getOverlap()));
  }

  HygieneRules rules() {
    return new HygieneRules(
        Millionths.of("mix.hygiene.similarity", similarity),
        remembered,
        rememberTime.toMillis(),
        Millionths.of("mix.hygiene.overlap", overlap));
  }
}
