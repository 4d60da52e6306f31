package dev.alluvium.cli.suite.skill;

import java.util.function.Supplier;

/** Draws until a problem fits, but not for ever. */
final class Drawing {
  private static final int MAX_DRAWS = 100_000;

  private Drawing() {}

  /**
   * The first item that belongs to the split.
   *
   * @throws IllegalStateException when none of very many does
   */
  static Item of(Split split, Supplier<Item> items) {
    for (int draw = 0; draw < MAX_DRAWS; draw++) {
      Item item = items.get();
      if (Split.of(item.skill(), item.operands()) == split) {
        return item;
      }
    }
    throw new IllegalStateException(
        "none of %d drawn problems belongs to %s".formatted(MAX_DRAWS, split));
  }
}
