package dev.alluvium.cli.suite.skill;

import java.util.Locale;

/** How far an item is from what the base model was taught. */
public enum Level {
  /** Of the kind the base model is taught; every item of an old skill is. */
  EASY,
  /** Of a kind the base model never answers: only a stream teaches it. */
  HARD;

  /** The name in files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
