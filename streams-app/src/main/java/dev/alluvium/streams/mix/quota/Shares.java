package dev.alluvium.streams.mix.quota;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The quota arithmetic, in whole numbers: largest remainder with bounded carry-over. Skills stand
 * in order of name; every array is in that order.
 *
 * <p>What a skill is due is counted in millionths of an example. Over all skills what is due for n
 * examples is exactly n, and what is carried is exactly 0, so that nothing is created or lost by
 * rounding. Where shares are of tokens, read token for example.
 */
public final class Shares {
  /** One example in the units of what is due. */
  public static final long EXAMPLE = 1_000_000;

  private final String[] skills;
  private final long[] weights;
  private final long sum;

  /**
   * Shares of some skills.
   *
   * @param weights relative share by skill; each above 0
   */
  public Shares(SortedMap<String, Integer> weights) {
    this.skills = weights.keySet().toArray(String[]::new);
    this.weights = weights.values().stream().mapToLong(Integer::longValue).toArray();
    this.sum = sum(this.weights);
  }

  /** How many skills there are. */
  public int size() {
    return skills.length;
  }

  /** The name of a skill. */
  public String skill(int i) {
    return skills[i];
  }

  /** An array in the order of the skills, as a map; skills with 0 are left out. */
  public SortedMap<String, Integer> named(int[] counts) {
    SortedMap<String, Integer> named = new TreeMap<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        named.put(skills[i], counts[i]);
      }
    }
    return named;
  }

  /** What is carried, as an array; skills without an entry carry nothing. */
  public long[] carryOf(Map<String, Long> bySkill) {
    long[] carry = new long[skills.length];
    Arrays.setAll(carry, i -> bySkill.getOrDefault(skills[i], 0L));
    return carry;
  }

  /** What is carried, as a map; skills that carry nothing are left out. */
  public SortedMap<String, Long> namedCarry(long[] carry) {
    SortedMap<String, Long> named = new TreeMap<>();
    for (int i = 0; i < carry.length; i++) {
      if (carry[i] != 0) {
        named.put(skills[i], carry[i]);
      }
    }
    return named;
  }

  /** What each skill is due of n examples; the sum is exactly n examples. */
  public long[] due(int n) {
    return split(n * EXAMPLE, weights, sum);
  }

  /**
   * How many of n examples each skill gets: what it is due and what is carried, rounded by largest
   * remainder; ties go to the name that comes first.
   *
   * @param carry what past windows owe each skill; the sum is 0
   */
  public int[] quota(int n, long[] carry) {
    long[] due = due(n);
    for (int i = 0; i < due.length; i++) {
      due[i] += carry[i];
    }
    return rounded(n, due);
  }

  private static int[] rounded(int n, long[] due) {
    int[] quota = floors(due);
    // A skill is due less than nothing when it had far more than its share: the others pay for it.
    // A great debt is paid in proportion, what is left of it example by example.
    if (sum(quota) > n + (long) due.length) {
      long[] positive = Arrays.stream(due).map(d -> Math.max(0, d)).toArray();
      quota = floors(split(n * EXAMPLE, positive, sum(positive)));
    }
    long given = sum(quota);
    for (; given < n; given++) {
      quota[mostOwed(due, quota)]++;
    }
    for (; given > n; given--) {
      quota[leastOwed(due, quota)]--;
    }
    return quota;
  }

  private static int[] floors(long[] due) {
    return Arrays.stream(due).mapToInt(d -> (int) Math.max(0, Math.floorDiv(d, EXAMPLE))).toArray();
  }

  private static long sum(int[] counts) {
    long sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }

  private static long sum(long[] parts) {
    long sum = 0;
    for (long part : parts) {
      sum += part;
    }
    return sum;
  }

  private static int mostOwed(long[] due, int[] quota) {
    int best = 0;
    for (int i = 1; i < due.length; i++) {
      if (owed(due, quota, i) > owed(due, quota, best)) {
        best = i;
      }
    }
    return best;
  }

  private static int leastOwed(long[] due, int[] quota) {
    int best = -1;
    for (int i = 0; i < due.length; i++) {
      if (quota[i] > 0 && (best < 0 || owed(due, quota, i) <= owed(due, quota, best))) {
        best = i;
      }
    }
    return best;
  }

  private static long owed(long[] due, int[] quota, int i) {
    return due[i] - quota[i] * EXAMPLE;
  }

  /**
   * Fills n examples from what is there: each skill up to its quota; what is left over goes to the
   * skills with supply, by weight, until it is used up.
   *
   * @param available candidates by skill; n or more in all
   */
  public int[] fill(int n, long[] carry, int[] available) {
    int[] taken = quota(n, carry);
    int rest = n;
    for (int i = 0; i < taken.length; i++) {
      taken[i] = Math.min(taken[i], available[i]);
      rest -= taken[i];
    }
    while (rest > 0) {
      long[] open = new long[taken.length];
      for (int i = 0; i < open.length; i++) {
        open[i] = available[i] > taken[i] ? weights[i] : 0;
      }
      rest -= spread(rest, open, available, taken);
    }
    return taken;
  }

  /** One round of leftovers; uses up a skill's supply or the whole rest. */
  private static int spread(int rest, long[] open, int[] available, int[] taken) {
    int[] quota = rounded(rest, split(rest * EXAMPLE, open, sum(open)));
    int used = 0;
    for (int i = 0; i < quota.length; i++) {
      int more = Math.min(quota[i], available[i] - taken[i]);
      taken[i] += more;
      used += more;
    }
    return used;
  }

  /**
   * What is carried after a window: what each skill was due and did not get. Bounded: beyond the
   * bound a deficit is forgiven, and the surplus of the others shrinks by as much.
   *
   * @param maxCarry examples; one more is allowed, for rounding
   */
  public long[] carryAfter(int n, long[] carry, int[] taken, int maxCarry) {
    long[] due = due(n);
    long[] next = new long[carry.length];
    for (int i = 0; i < next.length; i++) {
      next[i] = carry[i] + due[i] - taken[i] * EXAMPLE;
    }
    return bounded(next, maxCarry);
  }

  /** Clamps what is carried and makes its sum 0 again by shrinking the side that outweighs. */
  public static long[] bounded(long[] carry, int maxCarry) {
    long bound = (maxCarry + 1L) * EXAMPLE;
    long[] owed = new long[carry.length];
    long[] had = new long[carry.length];
    for (int i = 0; i < carry.length; i++) {
      owed[i] = Math.min(bound, Math.max(0, carry[i]));
      had[i] = Math.min(bound, Math.max(0, -carry[i]));
    }
    long owedSum = sum(owed);
    long hadSum = sum(had);
    if (owedSum > hadSum) {
      owed = split(hadSum, owed, owedSum);
    } else if (hadSum > owedSum) {
      had = split(owedSum, had, hadSum);
    }
    long[] balanced = new long[carry.length];
    for (int i = 0; i < balanced.length; i++) {
      balanced[i] = owed[i] - had[i];
    }
    return balanced;
  }

  /** Splits an amount in proportion; units lost by rounding go to the first names with a part. */
  private static long[] split(long amount, long[] parts, long sum) {
    long[] shares = new long[parts.length];
    long rest = amount;
    for (int i = 0; i < parts.length; i++) {
      shares[i] = sum == 0 ? 0 : proportion(amount, parts[i], sum);
      rest -= shares[i];
    }
    for (int i = 0; i < parts.length && rest > 0; i++) {
      if (parts[i] > 0) {
        shares[i]++;
        rest--;
      }
    }
    return shares;
  }

  private static long proportion(long amount, long part, long sum) {
    if (Math.multiplyHigh(amount, part) == 0 && amount * part >= 0) {
      return amount * part / sum;
    }
    return BigInteger.valueOf(amount)
        .multiply(BigInteger.valueOf(part))
        .divide(BigInteger.valueOf(sum))
        .longValueExact();
  }
}
