package dev.alluvium.streams.mix.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayTest {
  @Test
  void replaysItsShareOfAllThatIsTrainedAndNoMore() {
    Mix mix = Mix.under(policy(10, 90_000, 1_000));
    long replayed = windows(mix, 1, 40);
    // 9 to 91 new ones: 400 * 9 / 91 = 39.6.
    assertThat(replayed).isEqualTo(39);
    assertThat(mix.state().getReplayed()).isEqualTo(Map.of("math", 39L));
    assertThat(mix.state().getTrained()).isEqualTo(400);
    assertThat(mix.windowReports.get(39).getExamples()).isEqualTo(Map.of("math", 10));
  }

  @Test
  void dividesReplayAmongTheSkillsByWeight() {
    Policy policy =
        Policy.newBuilder(policy(8, 500_000, 1_000))
            .setKind(PolicyKind.PROPORTIONAL)
            .setReplay(new ReplayRules(500_000, Map.of("code", 3), 1_000, 1L << 20, 1))
            .build();
    Mix mix = Mix.under(policy);
    mix.candidates("code", 0, 8).fold(Ledger.trained(1));
    mix.candidates("math", 0, 8).fold(Ledger.trained(2));
    mix.candidates("math", 8, 8);
    assertThat(mix.windowReports.get(2).getReplayed()).isEqualTo(Map.of("code", 6, "math", 2));
    assertThat(mix.close(3).getExamples()).isEqualTo(16);
    assertThat(mix.close(3).getPerSkill()).isEqualTo(Map.of("code", 6, "math", 10));
  }

  @Test
  void replaysMoreOfASkillThatSlipsAndLessOfNoOther() {
    Mix mix = filled(4);
    assertThat(next(mix, "math")).isEqualTo(Map.of("code", 4, "math", 4));
    assertThat(mix.lastReport().getBoosts()).isEqualTo(Map.of("math", 2));
    assertThat(next(mix, "math")).isEqualTo(Map.of("code", 4, "math", 8));
    mix.restart();
    assertThat(next(mix, "math")).isEqualTo(Map.of("code", 4, "math", 16));
    assertThat(next(mix, "math")).isEqualTo(Map.of("code", 4, "math", 16));
    assertThat(mix.lastReport().getBoosts()).isEqualTo(Map.of("math", 4));
  }

  @Test
  void isClearWhenASkillSlipsNoMore() {
    Mix mix = filled(4);
    next(mix, "math");
    next(mix, "math");
    next(mix, "code");
    assertThat(mix.lastReport().getBoosts()).isEqualTo(Map.of("code", 2, "math", 2));
    next(mix);
    assertThat(mix.lastReport().getBoosts()).isEmpty();
    assertThat(next(mix)).isEqualTo(Map.of("code", 4, "math", 4));
  }

  @Test
  void boostsNoMoreThanThePolicyAllows() {
    Mix mix = filled(3);
    next(mix, "math");
    next(mix, "math");
    assertThat(mix.lastReport().getBoosts()).isEqualTo(Map.of("math", 3));
    mix.fold(Ledger.policyChange(mix.digest(), boosting(1)));
    assertThat(mix.lastReport().getBoosts()).isEmpty();
    next(mix, "math");
    assertThat(mix.lastReport().getBoosts()).isEmpty();
    assertThat(next(mix)).isEqualTo(Map.of("code", 4, "math", 4));
  }

  @Test
  void aBoostedWindowKeepsTheBoundsOfAll() {
    Policy policy =
        Policy.newBuilder(boosting(16))
            .setWindowExamples(3_000)
            .setPoolExamples(3_000)
            .setWindowTokens(1_000_000)
            .setReplay(new ReplayRules(400_000, Map.of(), 100_000, 1L << 30, 16))
            .build();
    Mix mix = Mix.under(policy).candidates("math", 0, 3_000);
    mix.fold(Ledger.trained(1), Ledger.promotion(1, 1, "math"));
    mix.candidates("math", 3_000, 3_000);
    assertThat(mix.windowReports.get(1).getReplayed()).isEqualTo(Map.of("math", 2_000));
  }

  @Test
  void aWindowOfTheMostTokensHasNoRoomForReplay() {
    Mix full = Mix.under(tokens(PolicyRules.MAX_WINDOW_TOKENS));
    assertThat(windows(full, 1, 4)).isZero();
    Mix half = Mix.under(tokens(PolicyRules.MAX_WINDOW_TOKENS / 2));
    assertThat(windows(half, 1, 4)).isEqualTo(30);
  }

  private static Policy tokens(int windowTokens) {
    return Policy.newBuilder(policy(10, 500_000, 1_000)).setWindowTokens(windowTokens).build();
  }

  @Test
  void givesNoOtherSkillWhatABoostedOneCannotSupply() {
    Mix plain = withTwoOf("rare");
    Mix boosted = withTwoOf("rare");
    for (int i = 0; i < 4; i++) {
      assertThat(next(boosted, "rare")).isEqualTo(next(plain));
      assertThat(last(boosted)).containsEntry("rare", 2);
    }
    assertThat(boosted.lastReport().getBoosts()).isEqualTo(Map.of("rare", 4));
  }

  @Test
  void givesABoostedSkillAllOfItsReservoirAndNoMore() {
    Mix mix = filled(16);
    next(mix, "code");
    next(mix, "code");
    next(mix, "code");
    assertThat(next(mix, "code")).isEqualTo(Map.of("code", 32, "math", 4));
    assertThat(next(mix)).isEqualTo(Map.of("code", 40, "math", 4));
  }

  @Test
  void aRollbackBringsBackTheBoostsOfTheVersionItReturnsTo() {
    Mix mix = filled(16);
    next(mix, "math"); // version and window 11
    next(mix, "math", "code");
    next(mix, "code");
    assertThat(mix.lastReport().getBoosts()).isEqualTo(Map.of("code", 4, "math", 2));
    mix.restart();
    mix.fold(Ledger.outcome(13, OutcomeStatus.QUARANTINED));
    assertThat(mix.lastReport().getBoosts()).isEqualTo(Map.of("code", 2, "math", 4));
    mix.fold(Ledger.outcome(12, OutcomeStatus.QUARANTINED));
    assertThat(mix.lastReport().getBoosts()).isEqualTo(Map.of("math", 2));
    mix.fold(Ledger.outcome(11, OutcomeStatus.QUARANTINED));
    assertThat(mix.lastReport().getBoosts()).isEmpty();
  }

  @Test
  void aRollbackThatLeavesNoVersionBehindLeavesTheBoosts() {
    Mix mix = filled(16);
    next(mix, "math");
    mix.candidates("math", 500, 8).fold(Ledger.trained(12));
    mix.fold(Ledger.outcome(12, OutcomeStatus.QUARANTINED));
    assertThat(mix.lastReport().getBoosts()).isEqualTo(Map.of("math", 2));
  }

  /** A share of 0.3 in windows of 64; of 64 examples trained two are of a skill. */
  private static Mix withTwoOf(String skill) {
    Policy policy =
        Policy.newBuilder(policy(64, 300_000, 1_000))
            .setKind(PolicyKind.PROPORTIONAL)
            .setReplay(new ReplayRules(300_000, Map.of(), 1_000, 1L << 20, 4))
            .build();
    return Mix.under(policy)
        .candidates(skill, 0, 2)
        .candidates("math", 0, 62)
        .fold(Ledger.trained(1));
  }

  /** Reservoirs of 40 examples each, and no window open. */
  private static Mix filled(int mostBoost) {
    Mix mix = Mix.under(boosting(mostBoost));
    for (int window = 1; window <= 10; window++) {
      mix.candidates(window % 2 == 0 ? "math" : "code", 8 * window, 8).fold(Ledger.trained(window));
    }
    return mix;
  }

  private static Policy boosting(int mostBoost) {
    return Policy.newBuilder(policy(8, 500_000, 1_000))
        .setKind(PolicyKind.PROPORTIONAL)
        .setReplay(new ReplayRules(500_000, Map.of(), 1_000, 1L << 20, mostBoost))
        .build();
  }

  /** Trains the next window and promotes a version after it; gives what the window replayed. */
  private static Map<String, Integer> next(Mix mix, String... slipped) {
    int window = mix.windowReports.size() + 1;
    int examples = mix.state().getPolicy().getWindowExamples();
    mix.candidates("math", examples * window, examples)
        .fold(Ledger.trained(window), Ledger.promotion(window, window, slipped));
    return last(mix);
  }

  private static Map<String, Integer> last(Mix mix) {
    return mix.windowReports.get(mix.windowReports.size() - 1).getReplayed();
  }

  @Test
  void keepsOnlyWhatWasTrained() {
    Mix mix = Mix.under(policy(4, 0, 1_000)).candidates("math", 0, 12);
    assertThat(mix.kept()).isEmpty();
    mix.fold(Ledger.outcome(1, OutcomeStatus.QUARANTINED));
    assertThat(mix.kept()).isEmpty();
    mix.fold(Ledger.outcome(2, OutcomeStatus.TRAINED, List.of(0, 3)));
    assertThat(mix.kept()).isEqualTo(Map.of("math", 2));
    assertThat(mix.store.openWindows()).isEqualTo(1);
    mix.fold(Ledger.trained(3));
    assertThat(mix.kept()).isEqualTo(Map.of("math", 6));
    assertThat(mix.store.candidates()).isZero();
  }

  @Test
  void takesBackWhatARollbackPutsIntoQuarantine() {
    Mix mix = Mix.under(policy(4, 0, 1_000)).candidates("math", 0, 12);
    mix.fold(Ledger.trained(1), Ledger.outcome(2, OutcomeStatus.TRAINED, List.of(1)));
    assertThat(mix.state().getTrained()).isEqualTo(7);
    mix.restart();
    mix.fold(Ledger.outcome(2, OutcomeStatus.QUARANTINED));
    assertThat(mix.kept()).isEqualTo(Map.of("math", 4));
    assertThat(mix.state().getTrained()).isEqualTo(4);
    assertThat(mix.state().getTrainedBySkill()).isEqualTo(Map.of("math", 4L));
    assertThat(mix.state().getOrigins()).isEqualTo(Map.of("GOLD", 4L));
    assertThat(mix.state().getRefused()).isZero();
    assertThat(mix.state().getQuarantined()).isEqualTo(4);
    mix.fold(Ledger.outcome(2, OutcomeStatus.QUARANTINED), Ledger.trained(2));
    assertThat(mix.ignored).containsExactly("outcome_unknown", "outcome_unknown");
  }

  @Test
  void neverReplaysAgainWhatTheModelCannotTake() {
    Mix mix = Mix.under(policy(2, 500_000, 1_000)).candidates("math", 0, 4);
    mix.fold(Ledger.trained(1), Ledger.trained(2));
    mix.candidates("math", 4, 2);
    List<Example> third = mix.examples().stream().filter(e -> e.getWindowId() == 3).toList();
    List<Integer> replays =
        third.stream().filter(e -> e.getReplayOf() != null).map(Example::getIndex).toList();
    assertThat(replays).hasSize(2);
    mix.fold(Ledger.outcome(3, OutcomeStatus.TRAINED, replays));
    assertThat(mix.kept()).isEqualTo(Map.of("math", 4));
    assertThat(mix.lastReport().getRefused()).isZero();
  }

  @Test
  void drawsNoExampleTwiceForOneWindow() {
    Mix mix = Mix.under(policy(20, 500_000, 1_000)).candidates("math", 0, 40);
    mix.fold(Ledger.trained(1), Ledger.trained(2));
    mix.candidates("math", 40, 20);
    List<Example> replayed =
        mix.examples().stream()
            .filter(e -> e.getWindowId() == 3 && e.getReplayOf() != null)
            .toList();
    assertThat(replayed).hasSize(20);
    assertThat(replayed).extracting(Example::getPairId).doesNotHaveDuplicates();
  }

  @Test
  void aSmallerReservoirLetsExamplesGo() {
    Mix mix = Mix.under(policy(8, 0, 1_000)).candidates("math", 0, 8).fold(Ledger.trained(1));
    Set<String> before = Set.copyOf(mix.store.kept());
    mix.fold(Ledger.policyChange(mix.digest(), policy(8, 0, 3)));
    assertThat(mix.kept()).isEqualTo(Map.of("math", 3));
    assertThat(before).containsAll(mix.store.kept());
  }

  @Test
  void aReservoirKeepsItsBoundInBytes() {
    Policy policy =
        Policy.newBuilder(policy(8, 0, 1_000))
            .setReplay(new ReplayRules(0, Map.of(), 1_000, 700L, 1))
            .build();
    Mix mix = Mix.under(policy).candidates("math", 0, 8).fold(Ledger.trained(1));
    assertThat(mix.kept().get("math")).isBetween(2, 5);
  }

  /**
   * Every example ever trained is kept with the same chance: 10 of 40, 400 times; chi-square with
   * 39 degrees of freedom below its 99.9 % point, 72.05.
   */
  @Test
  void aReservoirIsAUniformSample() {
    int[] kept = new int[40];
    for (int window = 1; window <= 400; window++) {
      MemoryStore store = new MemoryStore();
      Reservoirs reservoirs = new Reservoirs(store.tables);
      reservoirs.enforce(new ReplayRules(0, Map.of(), 10, 1L << 20, 1));
      for (int i = 0; i < 40; i++) {
        Candidate candidate = (Candidate) Ledger.candidate("c" + i, "math").getEntry();
        reservoirs.offer(window, i, candidate.getSkill(), () -> candidate);
      }
      store
          .tables
          .reservoirs()
          .visit((key, example) -> kept[number(example.getCandidate().getPairId())]++);
    }
    double chiSquare = 0;
    for (int n : kept) {
      chiSquare += (n - 100.0) * (n - 100.0) / 100.0;
    }
    assertThat(chiSquare).isLessThan(72.05);
  }

  private static int number(String pairId) {
    return Integer.parseInt(pairId.substring(1));
  }

  /** Trains full windows of math; the number of replayed examples in them. */
  private static long windows(Mix mix, int from, int to) {
    for (int window = from; window <= to; window++) {
      mix.candidates("math", window * 10, 10).fold(Ledger.trained(window));
    }
    return mix.examples().stream().filter(e -> e.getReplayOf() != null).count();
  }

  private static Policy policy(int examples, int share, int kept) {
    return Policy.newBuilder(Ledger.policy(examples, Map.of()))
        .setReplay(new ReplayRules(share, Map.of(), kept, 1L << 30, 1))
        .build();
  }
}
