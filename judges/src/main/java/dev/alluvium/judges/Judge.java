package dev.alluvium.judges;

/**
 * Decides whether a text answers a question as gold does. A judge never throws because of what it
 * reads; what it cannot decide is a verdict with {@link Decision#ERROR}.
 *
 * <p>A judge has a public constructor without parameters, or one that takes {@link JudgeTools}, and
 * an entry under {@code judges.classes} in the settings.
 */
public interface Judge {
  /** One word, as it stands in settings and verdicts. */
  String name();

  /** Grows by one whenever the rules change, so that verdicts stay comparable. */
  int version();

  /** Where it can judge. */
  default Venue venue() {
    return Venue.HERE;
  }

  /**
   * Whether right or wrong is read off a short answer, by texts alone: what accuracies may be
   * counted by. Likeness, opinions and code that has to run are none of it.
   */
  default boolean isExact() {
    return false;
  }

  /** True when gold is of the shape this judge compares. */
  boolean reads(Question question);

  /** The verdict on a text, for a question this judge {@linkplain #reads reads}. */
  Verdict judge(Question question, Attempt attempt);
}
