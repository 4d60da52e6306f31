package dev.alluvium.trainer.gate;

/** What the probes say of a skill. */
interface Finding {
  /** Its name. */
  String skill();

  /** Whether it is shown to be within both budgets; of what is no number, nothing is. */
  boolean isShown();

  /**
   * Whether it is beyond a budget for certain.
   *
   * @param skills among which the level is divided
   */
  boolean isWorse(int skills);

  /** Whether it is worse for certain than with one of the anchors. */
  boolean slips();

  /**
   * What was measured and how it stands to each budget, for a person.
   *
   * @param skills among which the level is divided
   */
  String text(int skills);

  /** How it stands to a budget, for a person. */
  static String standing(boolean isBeyond, boolean isWithin) {
    return isBeyond ? "exceeded" : isWithin ? "kept" : "not shown";
  }

  /** How many probes would tell, for a person. */
  String needed(int skills);
}
