package dev.alluvium.streams.text;

/**
 * Chooses the groups that become probes. The choice depends on the group alone, so that all its
 * pairs fall on the same side whatever their skill, in every run and on every machine.
 */
public final class HoldOut {
  private static final long BUCKETS = 1L << 32;

  private final long held;

  /**
   * A choice.
   *
   * @param share of the groups, 0 to 1
   */
  public HoldOut(double share) {
    this.held = Math.round(share * BUCKETS);
  }

  /**
   * Whether a group is held out.
   *
   * @param group SHA-256 of the group in hexadecimal; its first 32 bits decide
   */
  public boolean holds(String group) {
    return Long.parseLong(group.substring(0, 8), 16) < held;
  }
}
