package dev.alluvium.streams.mix.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SharesTest {
  static LongStream seeds() {
    return LongStream.rangeClosed(1, 50);
  }

  /** The textbook example of the largest remainder method: Hamilton, 100,000 votes, 10 seats. */
  @Test
  void roundsByLargestRemainder() {
    Shares shares =
        new Shares(
            new TreeMap<>(
                Map.of(
                    "yellow", 47_000, "white", 16_000, "red", 15_800, "green", 12_000, "blue",
                    6_100, "pink", 3_100)));
    assertThat(shares.named(shares.quota(10, new long[6])))
        .isEqualTo(Map.of("yellow", 5, "white", 2, "red", 1, "green", 1, "blue", 1));
  }

  @Test
  void breaksTiesByName() {
    Shares shares = new Shares(new TreeMap<>(Map.of("b", 1, "a", 1, "c", 1)));
    assertThat(shares.quota(4, new long[3])).containsExactly(2, 1, 1);
    assertThat(shares.quota(5, new long[3])).containsExactly(2, 2, 1);
  }

  @Test
  void givesLeftoversByWeight() {
    Shares shares = new Shares(new TreeMap<>(Map.of("a", 2, "b", 1, "c", 3)));
    // The quota of 12 is 4, 2, 6; c has none, so its 6 go 4 to a and 2 to b.
    assertThat(shares.fill(12, new long[3], new int[] {50, 50, 0})).containsExactly(8, 4, 0);
    assertThat(shares.fill(12, new long[3], new int[] {5, 50, 0})).containsExactly(5, 7, 0);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void quotaAndFillAddUpAndStayWithinSupply(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    for (int round = 0; round < 100; round++) {
      Shares shares = new Shares(weights(random));
      long[] carry = carry(random, shares.size());
      int n = 1 + random.nextInt(600);
      int[] quota = shares.quota(n, carry);
      assertThat(Arrays.stream(quota).sum()).isEqualTo(n);
      assertThat(Arrays.stream(quota).min().orElseThrow()).isNotNegative();
      assertThat(Arrays.stream(shares.due(n)).sum()).isEqualTo(n * Shares.EXAMPLE);

      int[] available = new int[shares.size()];
      Arrays.setAll(available, i -> random.nextInt(100));
      int total = Arrays.stream(available).sum();
      int size = Math.min(n, total);
      int[] taken = shares.fill(size, carry, available);
      assertThat(Arrays.stream(taken).sum()).isEqualTo(size);
      for (int i = 0; i < taken.length; i++) {
        assertThat(taken[i]).isBetween(0, available[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void carryIsBoundedAndSumsToZero(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    Shares shares = new Shares(weights(random));
    int maxCarry = random.nextInt(20);
    long[] carry = new long[shares.size()];
    for (int round = 0; round < 200; round++) {
      int[] available = new int[shares.size()];
      Arrays.setAll(available, i -> random.nextInt(30) * random.nextInt(2));
      int n = Math.min(Arrays.stream(available).sum(), 1 + random.nextInt(60));
      carry = shares.carryAfter(n, carry, shares.fill(n, carry, available), maxCarry);
      assertThat(Arrays.stream(carry).sum()).isZero();
      assertThat(Arrays.stream(carry).map(Math::abs).max().orElseThrow())
          .isLessThanOrEqualTo((maxCarry + 1) * Shares.EXAMPLE);
    }
  }

  /** With full supply no skill is ever an example away from its exact share, whatever the sizes. */
  @ParameterizedTest
  @MethodSource("seeds")
  void longRunErrorStaysBelowOneExample(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    SortedMap<String, Integer> weights = weights(random);
    double sum = weights.values().stream().mapToInt(Integer::intValue).sum();
    Shares shares = new Shares(weights);
    long[] carry = new long[shares.size()];
    long[] got = new long[shares.size()];
    long total = 0;
    for (int window = 0; window < 500; window++) {
      int n = 1 + random.nextInt(40);
      int[] quota = shares.quota(n, carry);
      carry = shares.carryAfter(n, carry, quota, 0);
      total += n;
      for (int i = 0; i < got.length; i++) {
        got[i] += quota[i];
        double exact = total * weights.get(shares.skill(i)) / sum;
        assertThat(Math.abs(got[i] - exact)).isLessThan(1.001);
      }
    }
  }

  private static SortedMap<String, Integer> weights(UniformRandomProvider random) {
    SortedMap<String, Integer> weights = new TreeMap<>();
    int skills = 1 + random.nextInt(8);
    for (int i = 0; i < skills; i++) {
      weights.put("s" + i, 1 + random.nextInt(random.nextBoolean() ? 5 : 1_000_000));
    }
    return weights;
  }

  private static long[] carry(UniformRandomProvider random, int size) {
    long[] carry = new long[size];
    Arrays.setAll(carry, i -> random.nextLong(-20 * Shares.EXAMPLE, 20 * Shares.EXAMPLE));
    return Shares.bounded(carry, 30);
  }
}
