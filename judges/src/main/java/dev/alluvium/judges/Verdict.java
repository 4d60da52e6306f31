package dev.alluvium.judges;

/**
 * A judge's decision on a text.
 *
 * @param decision accepted, rejected, or not judged
 * @param reason why, as a code
 * @param score how much of gold is met, 0 to 1
 * @param evidence what was read from the text and from gold, in a few words
 * @param judge name of the judge, or {@code guard} when no judge was asked
 * @param version version of the judge; grows when its rules change
 * @param copyOfGold true when the text is gold itself, white space aside: a target made of it has
 *     the origin GOLD, whatever the decision
 */
public record Verdict(
    Decision decision,
    Reason reason,
    double score,
    String evidence,
    String judge,
    int version,
    boolean copyOfGold) {
  private static final int MAX_EVIDENCE = 300;

  /** Shortens the evidence and refuses a score that is none. */
  public Verdict {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException(
          "score of judge %s is %s: expected 0 to 1".formatted(judge, score));
    }
    if (evidence.length() > MAX_EVIDENCE) {
      evidence = evidence.substring(0, MAX_EVIDENCE - 1) + "…";
    }
  }

  /** A verdict of a judge. */
  public static Verdict of(
      Judge judge, Decision decision, Reason reason, double score, String evidence) {
    return new Verdict(decision, reason, score, evidence, judge.name(), judge.version(), false);
  }

  /** Accepted with the full score. */
  public static Verdict accepted(Judge judge, Reason reason, String evidence) {
    return of(judge, Decision.ACCEPTED, reason, 1, evidence);
  }

  /** Rejected with no score. */
  public static Verdict rejected(Judge judge, Reason reason, String evidence) {
    return of(judge, Decision.REJECTED, reason, 0, evidence);
  }

  /** Not judged. */
  public static Verdict error(Judge judge, Reason reason, String evidence) {
    return of(judge, Decision.ERROR, reason, 0, evidence);
  }

  /** True for {@link Decision#ACCEPTED}. */
  public boolean accepted() {
    return decision == Decision.ACCEPTED;
  }

  /** The same verdict, marked as one on a copy of gold. */
  Verdict onCopyOfGold() {
    return new Verdict(decision, reason, score, evidence, judge, version, true);
  }
}
