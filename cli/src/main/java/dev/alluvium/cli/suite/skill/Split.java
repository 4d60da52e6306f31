package dev.alluvium.cli.suite.skill;

import dev.alluvium.schemas.Digests;

/**
 * What an item may be used for. The operands decide, so that no run, whatever its seed, can stream
 * a problem that another one probes.
 */
public enum Split {
  /** Pretraining of the base model, its rewriting examples included. */
  BASE(50),
  /** Pairs of a stream. */
  STREAM(20),
  /** Choosing settings. */
  VALIDATION(15),
  /** Measuring. */
  PROBE(15);

  private static final String SALT = "skill suite, split 1";
  private static final int DIGITS = 8;

  private final int percent;

  Split(int percent) {
    this.percent = percent;
  }

  /** The only split that a problem with these operands belongs to. */
  public static Split of(String skill, String operands) {
    String digest = Digests.sha256(SALT, skill, operands);
    long point = Long.parseLong(digest.substring(0, DIGITS), 16) % 100;
    long end = 0;
    for (Split split : values()) {
      end += split.percent;
      if (point < end) {
        return split;
      }
    }
    throw new IllegalStateException("the shares of the splits are not 100 percent");
  }
}
