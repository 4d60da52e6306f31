package dev.alluvium.streams.mix.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.QuotaUnit;
import dev.alluvium.streams.mix.fold.Ledger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlannerTest {
  private static final Map<String, Integer> EVEN = Map.of("a", 1, "b", 1);

  private final Waiting waiting = new Waiting();

  /** Candidates by skill, in the order they were added. */
  private static final class Waiting implements Supply {
    private final Map<String, List<One>> bySkill = new HashMap<>();
    private long next;

    private record One(long number, int tokens) implements Item {}

    Waiting add(String skill, int... tokens) {
      for (int one : tokens) {
        bySkill.computeIfAbsent(skill, s -> new ArrayList<>()).add(new One(next++, one));
      }
      return this;
    }

    void take(String skill, int n) {
      bySkill.get(skill).subList(0, n).clear();
    }

    @Override
    public Collection<One> oldest(String skill) {
      return bySkill.getOrDefault(skill, List.of());
    }

    @Override
    public long tokens(String skill) {
      return tokens(skill, oldest(skill).size());
    }
  }

  @Test
  void proportionalTakesTheOldestWhateverTheirSkill() {
    Policy policy = policy(4).setKind(PolicyKind.PROPORTIONAL).build();
    waiting.add("a", 1, 1, 1).add("b", 1).add("a", 1);
    Plan plan = now(policy).orElseThrow();
    assertThat(plan.reason()).isEqualTo(CloseReason.COUNT);
    assertThat(plan.taken()).isEqualTo(Map.of("a", 3, "b", 1));
    assertThat(plan.planned()).isEqualTo(plan.taken());
    assertThat(plan.carry()).isEmpty();
  }

  @Test
  void proportionalClosesOnTheTokenBudgetAndKeepsCaps() {
    Policy policy =
        policy(10)
            .setKind(PolicyKind.PROPORTIONAL)
            .setWindowTokens(100)
            .setCaps(Map.of("a", 2))
            .build();
    waiting.add("a", 10, 10, 10).add("b", 40, 40, 40);
    Plan plan = now(policy).orElseThrow();
    assertThat(plan.reason()).isEqualTo(CloseReason.TOKENS);
    assertThat(plan.taken()).isEqualTo(Map.of("a", 2, "b", 2));
  }

  @Test
  void aCapGoesToTheOthersAndIsNoScarcity() {
    Policy policy = policy(8).setCaps(Map.of("a", 1)).build();
    waiting.add("a", 1, 1, 1, 1).add("b", 1, 1, 1, 1, 1, 1, 1);
    Plan plan = now(policy).orElseThrow();
    assertThat(plan.taken()).isEqualTo(Map.of("a", 1, "b", 7));
    assertThat(plan.planned()).isEqualTo(plan.taken());
  }

  @Test
  void aWindowIsFullWhenAllCapsAre() {
    Policy policy = policy(8).setCaps(Map.of("a", 1, "b", 2)).build();
    waiting.add("a", 1, 1).add("b", 1, 1, 1);
    Plan plan = now(policy).orElseThrow();
    assertThat(plan.reason()).isEqualTo(CloseReason.COUNT);
    assertThat(plan.taken()).isEqualTo(Map.of("a", 1, "b", 2));
  }

  @Test
  void strictWaitsForTheScarceSkillWhateverTimeSays() {
    waiting.add("a", 1, 1, 1, 1, 1, 1, 1, 1);
    assertThat(plan(policy(4).setStrict(true).build(), false, true)).isEmpty();
    assertThat(plan(policy(4).build(), false, true)).isPresent();
    assertThat(plan(policy(4).setStrict(true).build(), true, false)).isPresent();
  }

  @Test
  void sharesOfTokensGiveTheSkillOfLongAnswersFewerExamples() {
    Policy policy = policy(100).setUnit(QuotaUnit.TOKENS).setWindowTokens(200).build();
    waiting.add("a", 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10).add("b", 50, 50, 50);
    Plan plan = now(policy).orElseThrow();
    assertThat(plan.reason()).isEqualTo(CloseReason.TOKENS);
    assertThat(plan.planned()).isEqualTo(Map.of("a", 100, "b", 100));
    assertThat(plan.taken()).isEqualTo(Map.of("a", 10, "b", 2));
  }

  @Test
  void sharesOfTokensCloseOnTheNumberOfExamplesToo() {
    Policy policy = policy(4).setUnit(QuotaUnit.TOKENS).setWindowTokens(1_000).build();
    waiting.add("a", 10, 10, 10, 10).add("b", 10, 10, 10, 10);
    Plan plan = now(policy).orElseThrow();
    assertThat(plan.reason()).isEqualTo(CloseReason.COUNT);
    assertThat(plan.taken()).isEqualTo(Map.of("a", 2, "b", 2));
  }

  @Test
  void aCapOnTokensGoesToTheOthersWindowAfterWindow() {
    Policy policy =
        policy(100).setUnit(QuotaUnit.TOKENS).setWindowTokens(100).setCaps(Map.of("a", 2)).build();
    for (int i = 0; i < 100; i++) {
      waiting.add("a", 10).add("b", 10);
    }
    Map<String, Long> carry = Map.of();
    for (int window = 0; window < 6; window++) {
      Plan plan = plan(policy, carry).orElseThrow();
      assertThat(plan.taken()).isEqualTo(Map.of("a", 2, "b", 8));
      plan.taken().forEach(waiting::take);
      carry = plan.carry();
    }
  }

  @Test
  void aRefusedSkillThatDrainsHoldsNothingUp() {
    Policy policy =
        policy(8).setWeights(Map.of("a", 1, "b", 0)).setDrain(true).setStrict(true).build();
    waiting.add("b", 1).add("a", 1, 1, 1, 1, 1, 1, 1, 1);
    Shares shares = new Shares(new TreeMap<>(Map.of("a", 1, "b", 1)));
    Plan plan =
        new Planner(shares, Map.of(), policy, waiting, policy.getWindowExamples())
            .plan(false, false)
            .orElseThrow();
    assertThat(plan.taken()).isEqualTo(Map.of("a", 7, "b", 1));
  }

  @Test
  void aGreatDebtOfTokensIsRoundedAtOnce() {
    Policy policy = policy(5_000).setUnit(QuotaUnit.TOKENS).setWindowTokens(8_000_000).build();
    for (int i = 0; i < 5_000; i++) {
      waiting.add("a", 2_000).add("b", 2_000);
    }
    Map<String, Long> carry = Map.of("a", -8_000_000_000_000L, "b", 8_000_000_000_000L);
    assertThat(plan(policy, carry).orElseThrow().taken()).isEqualTo(Map.of("b", 4_000));
  }

  @Test
  void anExampleLargerThanItsQuotaComesAtLast() {
    Policy policy = policy(100).setUnit(QuotaUnit.TOKENS).setWindowTokens(100).build();
    waiting.add("a", 90, 90, 90, 90);
    for (int i = 0; i < 60; i++) {
      waiting.add("b", 10);
    }
    Map<String, Long> carry = Map.of();
    int large = 0;
    for (int window = 0; window < 12; window++) {
      Plan plan = plan(policy, carry).orElseThrow();
      large += plan.taken().getOrDefault("a", 0);
      plan.taken().forEach(waiting::take);
      carry = plan.carry();
    }
    // Its quota grows from 50 to 90 tokens in four windows.
    assertThat(large).isEqualTo(3);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 50);
  }

  /** Over many windows each skill has had its share of tokens, but for one example. */
  @ParameterizedTest
  @MethodSource("seeds")
  void sharesOfTokensAreExactButForOneExample(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    Map<String, Integer> weights = Map.of("a", 1 + random.nextInt(9), "b", 1 + random.nextInt(9));
    int longest = 40;
    Policy policy =
        Policy.newBuilder(Ledger.policy(64, weights))
            .setUnit(QuotaUnit.TOKENS)
            .setWindowTokens(400)
            .build();
    for (int i = 0; i < 2_000; i++) {
      waiting.add(random.nextBoolean() ? "a" : "b", 1 + random.nextInt(longest));
    }
    Map<String, Long> carry = Map.of();
    long[] tokens = new long[2];
    for (int window = 0; window < 20; window++) {
      Plan plan = plan(policy, carry).orElseThrow();
      tokens[0] += waiting.tokens("a", plan.taken().getOrDefault("a", 0));
      tokens[1] += waiting.tokens("b", plan.taken().getOrDefault("b", 0));
      plan.taken().forEach(waiting::take);
      carry = plan.carry();
      double due =
          (double) (tokens[0] + tokens[1])
              * weights.get("a")
              / (weights.get("a") + weights.get("b"));
      assertThat(Math.abs(due - tokens[0])).isLessThan(longest);
    }
  }

  /** What is not looked at because too little waits would have come to nothing. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsTooShortForAWindowIsNone(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    int shorts = 0;
    for (int i = 0; i < 200; i++) {
      Policy policy = anyPolicy(random);
      Waiting supply = new Waiting();
      for (int n = random.nextInt(20); n > 0; n--) {
        supply.add(List.of("a", "b", "c").get(random.nextInt(3)), 1 + random.nextInt(12));
      }
      Shares shares = new Shares(new TreeMap<>(Map.of("a", 1, "b", 2, "c", 3)));
      long[] carry = {random.nextInt(3) * Shares.EXAMPLE, 0, 0};
      carry[1] = -carry[0];
      Division division =
          new Division(
              shares, carry, policy, supply, 1 + random.nextInt(policy.getWindowExamples()));
      if (division.isShort()) {
        shorts++;
        assertThat(Planner.quotas(division).balanced()).isNull();
      }
    }
    assertThat(shorts).isBetween(20, 180);
  }

  private static Policy anyPolicy(UniformRandomProvider random) {
    return policy(1 + random.nextInt(16))
        .setKind(random.nextBoolean() ? PolicyKind.PROPORTIONAL : PolicyKind.WEIGHTED)
        .setUnit(random.nextBoolean() ? QuotaUnit.TOKENS : QuotaUnit.EXAMPLES)
        .setWindowTokens(12 + random.nextInt(100))
        .setWeights(Map.of("a", random.nextInt(2), "b", 2, "c", random.nextInt(2)))
        .setCaps(random.nextBoolean() ? Map.of() : Map.of("b", random.nextInt(6)))
        .build();
  }

  private static Policy.Builder policy(int examples) {
    return Policy.newBuilder(Ledger.policy(examples, EVEN));
  }

  private Optional<Plan> now(Policy policy) {
    return plan(policy, Map.of());
  }

  private Optional<Plan> plan(Policy policy, Map<String, Long> carry) {
    Shares shares = new Shares(new TreeMap<>(policy.getWeights()));
    return new Planner(shares, carry, policy, waiting, policy.getWindowExamples())
        .plan(false, false);
  }

  private Optional<Plan> plan(Policy policy, boolean flushing, boolean timeUp) {
    Shares shares = new Shares(new TreeMap<>(policy.getWeights()));
    return new Planner(shares, Map.of(), policy, waiting, policy.getWindowExamples())
        .plan(flushing, timeUp);
  }
}
