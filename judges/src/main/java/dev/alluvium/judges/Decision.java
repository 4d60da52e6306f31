package dev.alluvium.judges;

/** What a verdict comes down to. */
public enum Decision {
  /** The text may take gold's place. */
  ACCEPTED,
  /** The text was judged and is not good enough. */
  REJECTED,
  /** It could not be judged. An error is not a no: ask again, or keep gold. */
  ERROR
}
