package dev.alluvium.streams.mix.quota;

import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * What is to be divided: the shares, what is carried, and what may be taken now. Every array stands
 * in the order of the shares' skills.
 *
 * @param shares of the skills that may have a place in the window
 * @param carry what past windows owe each skill
 * @param policy the rules in force
 * @param supply what waits
 * @param most examples that the window may have at most: the policy's number, or fewer
 */
record Division(Shares shares, long[] carry, Policy policy, Supply supply, int most) {
  /** Most examples of each skill that a window may have; a refused one is never waited for. */
  int[] caps() {
    return caps(waiting());
  }

  private int[] caps(int[] waiting) {
    int[] caps = new int[shares.size()];
    Arrays.setAll(caps, i -> cap(shares.skill(i), waiting[i]));
    return caps;
  }

  private int cap(String skill, int waiting) {
    int cap = policy.getCaps().getOrDefault(skill, policy.getWindowExamples());
    return PolicyRules.weight(policy, skill) == 0 ? Math.min(cap, waiting) : cap;
  }

  /** A window's size when nothing but its examples bounds it. */
  int fullWindow() {
    return fullWindow(waiting());
  }

  private int fullWindow(int[] waiting) {
    long sum = 0;
    for (int cap : caps(waiting)) {
      sum += cap;
    }
    return (int) Math.min(most, sum);
  }

  /**
   * Whether so little waits that only time or a flush closes a window: neither its examples nor its
   * tokens are there, and no pool is at its bound. Asked after every candidate.
   */
  boolean isShort() {
    int[] waiting = waiting();
    return sum(waiting) < fullWindow(waiting)
        && tokensWaiting() < policy.getWindowTokens()
        && !isAtBound(waiting);
  }

  /** Whether a pool is as full as it may be. */
  boolean isAtBound() {
    return isAtBound(waiting());
  }

  private boolean isAtBound(int[] waiting) {
    for (int n : waiting) {
      if (n >= policy.getPoolExamples()) {
        return true;
      }
    }
    return false;
  }

  /** Estimated tokens of all that wait. */
  long tokensWaiting() {
    long tokens = 0;
    for (int i = 0; i < shares.size(); i++) {
      tokens += supply.tokens(shares.skill(i));
    }
    return tokens;
  }

  /** Examples of each skill that wait. */
  int[] waiting() {
    int[] waiting = new int[shares.size()];
    Arrays.setAll(waiting, i -> supply.oldest(shares.skill(i)).size());
    return waiting;
  }

  /** Examples of each skill that wait and are not kept out of windows by a cap of their own. */
  int[] uncapped() {
    int[] uncapped = waiting();
    Arrays.setAll(
        uncapped,
        i -> Math.min(uncapped[i], policy.getCaps().getOrDefault(shares.skill(i), uncapped[i])));
    return uncapped;
  }

  /** Examples of each skill that a window can have now. */
  int[] available() {
    int[] available = waiting();
    int[] caps = caps();
    Arrays.setAll(available, i -> Math.min(available[i], caps[i]));
    return available;
  }

  /** Estimated tokens of each skill's n oldest; more than a window may have count as that much. */
  int[] tokens(int[] taken) {
    int[] tokens = new int[taken.length];
    long most = policy.getWindowTokens() + 1L;
    Arrays.setAll(tokens, i -> (int) Math.min(most, supply.tokens(shares.skill(i), taken[i])));
    return tokens;
  }

  static int sum(int[] counts) {
    int sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Largest n between two bounds that is good, found by halving; low is good, high is not. */
  static int largest(int low, int high, IntPredicate good) {
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
