package dev.alluvium.streams.mix.quota;

import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.QuotaUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether what waits makes a window, and which. Lives for one decision. */
public final class Planner {
  /** So many windows' examples wait at most for a skill that misses its quota. */
  public static final int CROWDED_WINDOWS = 4;

  private final Division division;

  /**
   * A planner.
   *
   * @param shares of the skills that may have a place in the window
   * @param carry what past windows owe each skill, in millionths of the policy's unit
   * @param most examples that the window may have at most: the policy's number, or fewer
   */
  public Planner(Shares shares, Map<String, Long> carry, Policy policy, Supply supply, int most) {
    this.division = new Division(shares, balanced(shares.carryOf(carry)), policy, supply, most);
  }

  /** What skills that have gone were owed is shared out, so that the sum is 0. */
  private static long[] balanced(long[] carry) {
    return Shares.bounded(carry, Integer.MAX_VALUE);
  }

  static Quotas quotas(Division division) {
    Policy policy = division.policy();
    if (policy.getKind() == PolicyKind.PROPORTIONAL) {
      return new OldestFirst(division);
    }
    return policy.getUnit() == QuotaUnit.TOKENS
        ? new TokenQuotas(division)
        : new ExampleQuotas(division);
  }

  /**
   * The next window, if there is one now.
   *
   * @param flushing all that waits is wanted
   * @param timeUp the window has been open for as long as it may
   */
  public Optional<Plan> plan(boolean flushing, boolean timeUp) {
    if (!flushing && !timeUp && division.isShort()) {
      return Optional.empty();
    }
    Quotas quotas = quotas(division);
    Plan balanced = quotas.balanced();
    if (balanced != null) {
      return Optional.of(balanced);
    }
    if (flushing) {
      return Optional.ofNullable(quotas.elastic(CloseReason.FLUSH));
    }
    if (division.policy().getStrict()) {
      return Optional.empty();
    }
    Plan crowded = crowded(quotas);
    if (crowded != null) {
      return Optional.of(crowded);
    }
    int least = Math.min(division.policy().getMinFill(), division.most());
    return timeUp && Division.sum(division.available()) >= least
        ? Optional.ofNullable(quotas.elastic(CloseReason.TICK))
        : Optional.empty();
  }

  /**
   * A window from whatever is there when a pool is at its bound or several windows' examples wait:
   * a skill that has dried up keeps its quota, but not the others from being trained. Closed by
   * COUNT when it is full, by TOKENS when the budget ends it before. Null when it is not crowded.
   */
  private @Nullable Plan crowded(Quotas quotas) {
    Policy policy = division.policy();
    if (!division.isAtBound()
        && Division.sum(division.uncapped())
            < (long) CROWDED_WINDOWS * policy.getWindowExamples()) {
      return null;
    }
    int available = Division.sum(division.available());
    Plan full = quotas.elastic(CloseReason.COUNT);
    return full == null || full.examples() == Math.min(available, division.fullWindow())
        ? full
        : quotas.elastic(CloseReason.TOKENS);
  }
}
