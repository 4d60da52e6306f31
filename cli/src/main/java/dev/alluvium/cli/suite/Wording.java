package dev.alluvium.cli.suite;

import dev.alluvium.cli.suite.skill.Item;

/** Which of an item's three wordings is the response of a record. */
public enum Wording {
  A,
  B,
  C;

  String of(Item item) {
    return switch (this) {
      case A -> item.wordings().own();
      case B -> item.wordings().gold();
      case C -> item.wordings().foreign();
    };
  }
}
