package dev.alluvium.streams.mix.quota;

import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Policy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Shares of estimated tokens: a skill of long answers has fewer examples. A skill takes its oldest
 * as long as they stay within its quota; what is left of the quota is less than the next example
 * has, and is carried.
 */
final class TokenQuotas implements Quotas {
  private final Division division;
  private final Shares shares;
  private final long[] carry;
  private final int[] caps;
  private final int[] supply;
  private final int[] capTokens;
  private final int most;
  private final int budget;

  TokenQuotas(Division division) {
    this.division = division;
    this.shares = division.shares();
    this.carry = division.carry();
    this.caps = division.caps();
    this.supply = division.tokens(division.available());
    this.capTokens = capTokens(division, caps, supply);
    this.most = division.most();
    this.budget =
        (int)
            Math.min(
                division.policy().getWindowTokens(), Arrays.stream(capTokens).asLongStream().sum());
  }

  @Override
  public @Nullable Plan balanced() {
    if (Division.sum(supply) == 0) {
      return null;
    }
    int supplied = Division.largest(0, budget + 1, tokens -> tokens <= budget && meets(tokens));
    if (supplied == budget && Division.sum(within(quota(budget))) <= most) {
      return plan(CloseReason.TOKENS, quota(budget), within(quota(budget)));
    }
    if (Division.sum(within(quota(supplied))) < most) {
      return null;
    }
    int tokens =
        Division.largest(
            0, supplied + 1, n -> n <= supplied && Division.sum(within(quota(n))) <= most);
    return plan(CloseReason.COUNT, quota(tokens), within(quota(tokens)));
  }

  @Override
  public @Nullable Plan elastic(CloseReason reason) {
    int all = Division.sum(supply);
    if (all == 0) {
      return null;
    }
    int limit = Math.min(budget, all);
    int tokens =
        Division.largest(0, limit + 1, n -> n <= limit && Division.sum(within(filled(n))) <= most);
    return plan(reason, filled(tokens), within(filled(tokens)));
  }

  private int[] quota(int tokens) {
    return shares.fill(tokens, carry, capTokens);
  }

  private int[] filled(int tokens) {
    return shares.fill(tokens, carry, supply);
  }

  /** What a skill's cap lets it have of a window, known once so many of it wait. */
  private static int[] capTokens(Division division, int[] caps, int[] supply) {
    int[] waiting = division.waiting();
    int[] tokens = new int[caps.length];
    Arrays.setAll(
        tokens, i -> waiting[i] >= caps[i] ? supply[i] : division.policy().getWindowTokens());
    return tokens;
  }

  private boolean meets(int tokens) {
    int[] quota = quota(tokens);
    for (int i = 0; i < quota.length; i++) {
      if (quota[i] > supply[i]) {
        return false;
      }
    }
    return true;
  }

  private int[] within(int[] quota) {
    int[] taken = new int[quota.length];
    Arrays.setAll(
        taken, i -> Math.min(caps[i], division.supply().within(shares.skill(i), quota[i])));
    return taken;
  }

  private Plan plan(CloseReason reason, int[] quota, int[] within) {
    int[] taken = Division.sum(within) > 0 ? within : oneOf(quota);
    int[] tokens = division.tokens(taken);
    return new Plan(
        reason,
        shares.named(quota),
        shares.named(taken),
        shares.namedCarry(shares.carryAfter(Division.sum(tokens), carry, tokens, mostCarried())));
  }

  /** No quota holds an example yet: the skill that is due most and has one takes it. */
  private int[] oneOf(int[] quota) {
    int[] one = new int[quota.length];
    int best = -1;
    for (int i = 0; i < quota.length; i++) {
      if (supply[i] > 0 && (best < 0 || quota[i] > quota[best])) {
        best = i;
      }
    }
    one[best] = 1;
    return one;
  }

  /**
   * The bound of examples at a window's mean length; at least one window, so that a long one comes.
   */
  private int mostCarried() {
    Policy policy = division.policy();
    long mean = policy.getWindowTokens() / policy.getWindowExamples() + 1L;
    return (int) Math.max(policy.getWindowTokens(), Math.min(1 << 30, policy.getMaxCarry() * mean));
  }
}
