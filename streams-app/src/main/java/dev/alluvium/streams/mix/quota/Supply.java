package dev.alluvium.streams.mix.quota;

import java.util.Collection;

/** The candidates that wait, as far as quotas have to know them. */
public interface Supply {
  /** One that waits. */
  interface Item {
    /** Its place in the order of admission. */
    long number();

    /** Its estimated tokens, 1 or more. */
    int tokens();
  }

  /** A skill's, oldest first; none for a skill that nothing waits for. */
  Collection<? extends Item> oldest(String skill);

  /** Estimated tokens of all that wait for a skill. */
  long tokens(String skill);

  /** Estimated tokens of a skill's n oldest. */
  default long tokens(String skill, int n) {
    return oldest(skill).stream().limit(n).mapToLong(Item::tokens).sum();
  }

  /** How many of a skill's oldest have at most so many estimated tokens together. */
  default int within(String skill, long tokens) {
    int n = 0;
    long sum = 0;
    for (Item item : oldest(skill)) {
      sum += item.tokens();
      if (sum > tokens) {
        break;
      }
      n++;
    }
    return n;
  }
}
