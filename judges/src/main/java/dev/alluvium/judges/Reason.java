package dev.alluvium.judges;

import java.util.Locale;

/** Why a verdict is what it is, as a code for metrics. */
public enum Reason {
  /** Says what gold says. */
  EQUAL,
  /** All unit tests passed. */
  TESTS_PASSED,
  /** Says enough of what gold says. */
  SIMILAR,

  /** Says something else than gold. */
  DIFFERENT,
  /** No answer could be read in the text. */
  UNREAD,
  /** Offers several answers. */
  HEDGED,
  /** Nothing in it. */
  EMPTY,
  /** Stopped in the middle. */
  TRUNCATED,
  /** Speaks of the reference it was shown. */
  LEAK,
  /** No code could be read in the text. */
  NO_CODE,
  /** The code cannot be loaded. */
  BROKEN_CODE,
  /** A unit test failed. */
  TEST_FAILED,
  /** The code ended the process instead of returning. */
  ENDED_EARLY,
  /** The code took too long. */
  TIME,
  /** The code took too much memory. */
  MEMORY,
  /** The code wrote too much. */
  OUTPUT,

  /** No judge can read this gold. */
  NO_JUDGE,
  /** The worker that should have written the text failed. */
  NO_TEXT,
  /** Gold or the tests cannot be read. */
  BAD_GOLD,
  /** The sandbox does not work here, and nothing runs outside it. */
  SANDBOX_UNAVAILABLE,
  /** The judge asks a model, and there is none here. */
  NEEDS_MODEL,
  /** The judge itself failed. */
  JUDGE_FAILED;

  /** Lower-case code. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
