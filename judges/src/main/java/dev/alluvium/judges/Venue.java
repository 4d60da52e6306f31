package dev.alluvium.judges;

/** Where a judge can do its work. */
public enum Venue {
  /** Anywhere: it only reads texts. */
  HERE,
  /** Where there is a sandbox to run code in. */
  SANDBOX,
  /** Where there is a model to ask. */
  MODEL
}
