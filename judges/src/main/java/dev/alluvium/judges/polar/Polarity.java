package dev.alluvium.judges.polar;

/** Answers of a yes/no question. */
enum Polarity {
  YES,
  NO,
  MAYBE;

  /** What its denial says. */
  Polarity opposite() {
    return this == YES ? NO : this == NO ? YES : MAYBE;
  }
}
