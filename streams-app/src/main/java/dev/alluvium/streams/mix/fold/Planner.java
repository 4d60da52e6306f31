package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Policy;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Decides whether the pools make a window, and which. Lives for one decision. */
final class Planner {
  /** So many windows' examples wait at most for a skill that misses its quota. */
  static final int CROWDED_WINDOWS = 4;

  private final Shares shares;
  private final long[] carry;
  private final Policy policy;
  private final Pools pools;
  private final int[] available;

  Planner(Shares shares, long[] carry, Policy policy, Pools pools) {
    this.shares = shares;
    this.carry = carry;
    this.policy = policy;
    this.pools = pools;
    this.available = new int[shares.size()];
    Arrays.setAll(available, i -> pools.size(shares.skill(i)));
  }

  /**
   * A window in which every skill has exactly its quota: of the full number of examples (COUNT), or
   * of as many as the token budget takes when the pools hold more than it (TOKENS). Null when some
   * skill cannot meet its quota.
   */
  @Nullable Plan balanced() {
    int most = policy.getWindowExamples();
    boolean full = pools.size() >= most && meets(most);
    if (full && fits(shares.quota(most, carry))) {
      return plan(CloseReason.COUNT, most, shares.quota(most, carry));
    }
    if (pools.tokens() < policy.getWindowTokens()) {
      return null;
    }
    int supplied = full ? most : largest(0, most, this::meets);
    if (tokens(shares.quota(supplied, carry)) < policy.getWindowTokens()) {
      return null;
    }
    int n =
        largest(0, supplied + 1, k -> k <= supplied && meets(k) && fits(shares.quota(k, carry)));
    return n == 0 ? null : plan(CloseReason.TOKENS, n, shares.quota(n, carry));
  }

  /**
   * A window from whatever is there when a pool is at its bound or several windows' examples wait:
   * a skill that has dried up keeps its quota, but not the others from being trained. Closed by
   * COUNT when it is full, by TOKENS when the budget ends it before. Null when it is not crowded.
   */
  @Nullable Plan crowded() {
    boolean atBound = Arrays.stream(available).anyMatch(n -> n >= policy.getPoolExamples());
    if (!atBound && pools.size() < (long) CROWDED_WINDOWS * policy.getWindowExamples()) {
      return null;
    }
    Plan full = elastic(CloseReason.COUNT);
    return full == null || full.examples() == policy.getWindowExamples()
        ? full
        : elastic(CloseReason.TOKENS);
  }

  /**
   * A window from whatever is there, as large as example and token budgets allow. Null when nothing
   * is there.
   */
  @Nullable Plan elastic(CloseReason reason) {
    int most = Math.min(policy.getWindowExamples(), pools.size());
    if (most == 0) {
      return null;
    }
    // One example always fits: larger ones are refused at admission.
    int n = largest(1, most + 1, k -> k <= most && fits(shares.fill(k, carry, available)));
    return plan(reason, n, shares.fill(n, carry, available));
  }

  private Plan plan(CloseReason reason, int n, int[] taken) {
    return new Plan(
        reason,
        n,
        shares.named(shares.quota(n, carry)),
        shares.named(taken),
        shares.namedCarry(shares.carryAfter(n, carry, taken, policy.getMaxCarry())));
  }

  private boolean meets(int n) {
    int[] quota = shares.quota(n, carry);
    for (int i = 0; i < quota.length; i++) {
      if (quota[i] > available[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean fits(int[] taken) {
    return tokens(taken) <= policy.getWindowTokens();
  }

  private long tokens(int[] taken) {
    long tokens = 0;
    for (int i = 0; i < taken.length; i++) {
      tokens += pools.tokens(shares.skill(i), taken[i]);
    }
    return tokens;
  }

  /** Largest n between two bounds that is good, found by halving; low is good, high is not. */
  private static int largest(int low, int high, IntPredicate good) {
    int yes = low;
    int no = high;
    while (no - yes > 1) {
      int middle = (yes + no) >>> 1;
      if (good.test(middle)) {
        yes = middle;
      } else {
        no = middle;
      }
    }
    return yes;
  }
}
