package dev.alluvium.trainer.mixup;

import java.util.Arrays;
import java.util.Locale;

/** Which examples are ranked together, and mixed with each other. */
public enum Scope {
  /** Those of one skill: else a split would tell skills apart, and not how well each is known. */
  SKILL,
  /** All: the rule of the paper, for one data set. */
  GLOBAL;

  /** Parses {@code skill} or {@code global}. */
  public static Scope parse(String text) {
    return Arrays.stream(values())
        .filter(scope -> scope.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "sftmix.scope is %s: expected skill or global".formatted(text)));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
