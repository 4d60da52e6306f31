package dev.alluvium.streams.mix.quota;

import dev.alluvium.schemas.avro.CloseReason;
import org.jspecify.annotations.Nullable;

/** Shares of examples: each counts one, whatever its length. */
final class ExampleQuotas implements Quotas {
  private final Division division;
  private final Shares shares;
  private final long[] carry;
  private final int[] caps;
  private final int[] available;
  private final int most;
  private final int budget;

  ExampleQuotas(Division division) {
    this.division = division;
    this.shares = division.shares();
    this.carry = division.carry();
    this.caps = division.caps();
    this.available = division.available();
    this.most = division.fullWindow();
    this.budget = division.policy().getWindowTokens();
  }

  @Override
  public @Nullable Plan balanced() {
    int largest = Math.min(most, Division.sum(available));
    boolean full = largest == most && meets(most);
    if (full && fits(quota(most))) {
      return plan(CloseReason.COUNT, most, quota(most));
    }
    if (division.tokensWaiting() < budget) {
      return null;
    }
    int supplied = full ? most : Division.largest(0, largest + 1, n -> n <= largest && meets(n));
    if (tokens(quota(supplied)) < budget) {
      return null;
    }
    int n = Division.largest(0, supplied + 1, k -> k <= supplied && meets(k) && fits(quota(k)));
    return n == 0 ? null : plan(CloseReason.TOKENS, n, quota(n));
  }

  @Override
  public @Nullable Plan elastic(CloseReason reason) {
    int largest = Math.min(most, Division.sum(available));
    if (largest == 0) {
      return null;
    }
    // One example always fits: larger ones are refused at admission.
    int n = Division.largest(1, largest + 1, k -> k <= largest && fits(filled(k)));
    return plan(reason, n, filled(n));
  }

  /** What each skill is due of n examples, none more than its cap. */
  private int[] quota(int n) {
    return shares.fill(n, carry, caps);
  }

  private int[] filled(int n) {
    return shares.fill(n, carry, available);
  }

  private boolean meets(int n) {
    int[] quota = quota(n);
    for (int i = 0; i < quota.length; i++) {
      if (quota[i] > available[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean fits(int[] taken) {
    return tokens(taken) <= budget;
  }

  private long tokens(int[] taken) {
    return Division.sum(division.tokens(taken));
  }

  private Plan plan(CloseReason reason, int n, int[] taken) {
    return new Plan(
        reason,
        shares.named(quota(n)),
        shares.named(taken),
        shares.namedCarry(shares.carryAfter(n, carry, taken, division.policy().getMaxCarry())));
  }
}
