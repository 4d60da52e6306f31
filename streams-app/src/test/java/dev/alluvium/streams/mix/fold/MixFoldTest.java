package dev.alluvium.streams.mix.fold;

import static dev.alluvium.streams.mix.fold.Ledger.candidate;
import static dev.alluvium.streams.mix.fold.Ledger.command;
import static dev.alluvium.streams.mix.fold.Ledger.outcome;
import static dev.alluvium.streams.mix.fold.Ledger.policy;
import static dev.alluvium.streams.mix.fold.Ledger.policyChange;
import static dev.alluvium.streams.mix.fold.Ledger.probe;
import static dev.alluvium.streams.mix.fold.Ledger.tick;
import static dev.alluvium.streams.mix.fold.Ledger.trained;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.WindowReport;
import dev.alluvium.streams.mix.quota.Planner;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MixFoldTest {
  @Test
  void closesNothingBeforeTheFirstPolicy() {
    Mix mix = new Mix().candidates("math", 0, 20).fold(tick(1), tick(100_000));
    assertThat(mix.written).isEmpty();
    mix.fold(policyChange(null, policy(10, Map.of())));
    assertThat(mix.closes()).hasSize(2);
    assertThat(mix.opens().get(0).getPolicyDigest()).isEqualTo(mix.digest());
  }

  @Test
  void waitsForTheScarceSkillUntilTimeIsUpThenTakesWhatIsThere() {
    Mix mix = Mix.under(policy(8, Map.of("math", 1, "code", 1))).fold(tick(1));
    mix.candidates("math", 0, 20).candidates("code", 0, 1).fold(tick(10_000));
    assertThat(mix.written).isEmpty();
    mix.fold(tick(10_001));
    assertThat(mix.close(1).getReason()).isEqualTo(CloseReason.TICK);
    assertThat(mix.close(1).getPerSkill()).isEqualTo(Map.of("math", 7, "code", 1));
    assertThat(mix.opens().get(0).getPlanned()).isEqualTo(Map.of("math", 4, "code", 4));
    // The three that code missed come back to it as soon as it has supply.
    mix.candidates("code", 1, 7);
    assertThat(mix.close(2).getReason()).isEqualTo(CloseReason.COUNT);
    assertThat(mix.close(2).getPerSkill()).isEqualTo(Map.of("math", 1, "code", 7));
  }

  @Test
  void forgivesADeficitBeyondTheMostThatIsCarried() {
    Policy small =
        Policy.newBuilder(policy(8, Map.of("math", 1, "code", 1))).setMaxCarry(1).build();
    Mix mix = Mix.under(small).fold(tick(1)).candidates("math", 0, 20).fold(tick(10_001));
    assertThat(mix.close(1).getPerSkill()).isEqualTo(Map.of("math", 8));
    mix.candidates("code", 0, 20);
    // 4 were missed; 1 and a rounding example are carried: 4 + 2.
    assertThat(mix.close(2).getPerSkill()).isEqualTo(Map.of("math", 2, "code", 6));
  }

  @Test
  void reportsEachWindowWithWhatArrivedSinceTheOneBefore() {
    Mix mix = Mix.under(Ledger.policy(4, Map.of("code", 1, "math", 1)));
    mix.candidates("code", 0, 2).candidates("math", 0, 5).candidates("code", 2, 2);
    assertThat(mix.windowReports).hasSize(2);
    WindowReport first = mix.windowReports.get(0);
    assertThat(first.getWindowId()).isEqualTo(1);
    assertThat(first.getPlanned()).isEqualTo(Map.of("code", 2, "math", 2));
    assertThat(first.getExamples()).isEqualTo(Map.of("code", 2, "math", 2));
    assertThat(first.getArrived()).isEqualTo(Map.of("code", 2L, "math", 2L));
    assertThat(first.getEstimatedTokens()).isEqualTo(Map.of("code", 20L, "math", 20L));
    WindowReport second = mix.windowReports.get(1);
    assertThat(second.getWindowId()).isEqualTo(2);
    assertThat(second.getArrived()).isEqualTo(Map.of("code", 2L, "math", 3L));
  }

  @Test
  void timeAloneClosesNoWindowBelowTheLeastFill() {
    Policy policy = Policy.newBuilder(policy(8, Map.of())).setMinFill(3).build();
    Mix mix = Mix.under(policy).fold(tick(1)).candidates("math", 0, 2).fold(tick(50_000));
    assertThat(mix.written).isEmpty();
    mix.candidates("math", 2, 1);
    assertThat(mix.close(1).getExamples()).isEqualTo(3);
  }

  @Test
  void countsWindowTimeFromTheFirstCandidate() {
    Mix mix = Mix.under(policy(8, Map.of())).fold(tick(1), tick(50_000));
    mix.candidates("math", 0, 1).fold(tick(59_999));
    assertThat(mix.written).isEmpty();
    mix.fold(tick(60_000));
    assertThat(mix.closes()).hasSize(1);
  }

  @Test
  void closesOnTheTokenBudget() {
    Policy policy = Policy.newBuilder(policy(100, Map.of())).setWindowTokens(25).build();
    Mix mix = Mix.under(policy);
    mix.candidates("code", 0, 1).candidates("math", 0, 1);
    assertThat(mix.written).isEmpty();
    mix.candidates("code", 1, 1);
    assertThat(mix.close(1).getReason()).isEqualTo(CloseReason.TOKENS);
    assertThat(mix.close(1).getEstimatedTokens()).isEqualTo(20);
    assertThat(mix.close(1).getPerSkill()).isEqualTo(Map.of("code", 1, "math", 1));
  }

  @Test
  void refusesACandidateThatNoWindowCanHold() {
    Policy policy = Policy.newBuilder(policy(2, Map.of())).setWindowTokens(25).build();
    Mix mix = Mix.under(policy).fold(candidate("big", "math", 26, false));
    assertThat(mix.expired()).isEqualTo(Map.of("too_large", 1L));
  }

  @Test
  void refusesSkillsWithoutWeight() {
    Mix mix = Mix.under(policy(2, Map.of("math", 1))).candidates("poems", 0, 3);
    assertThat(mix.expired()).isEqualTo(Map.of("no_weight", 3L));
    assertThat(mix.state().getCandidates()).isEqualTo(Map.of("poems", 3L));
  }

  @Test
  void expiresTheOldestOfAFullPool() {
    Policy policy =
        Policy.newBuilder(policy(3, Map.of("math", 1, "code", 1))).setPoolExamples(3).build();
    // Two windows may be ahead of the trainer: six go, five are left for three places.
    Mix mix = Mix.under(policy).candidates("math", 0, 11);
    assertThat(mix.closes()).hasSize(2);
    assertThat(mix.expired()).isEqualTo(Map.of("pool_full", 2L));
    mix.fold(trained(1));
    assertThat(mix.examples().subList(6, 9))
        .extracting(Example::getPairId)
        .containsExactlyInAnyOrder("math8", "math9", "math10");
  }

  @Test
  void aSkillThatDriesUpDoesNotHoldTheOthersUp() {
    Mix mix = Mix.under(policy(64, Map.of())).candidates("code", 0, 1);
    int decided = 0;
    for (int i = 0; i < 20_000; i++) {
      mix.candidates("math", i, 1);
      while (decided < mix.closes().size()) {
        mix.fold(trained(++decided));
      }
    }
    assertThat(mix.expired()).isEmpty();
    assertThat(mix.closes())
        .hasSizeGreaterThan(20_000 / 64 - Planner.CROWDED_WINDOWS)
        .allMatch(close -> close.getReason() == CloseReason.COUNT && close.getExamples() == 64);
    assertThat(mix.store.pooled()).isLessThan(Planner.CROWDED_WINDOWS * 64);
  }

  @Test
  void aCrowdOfLargeCandidatesClosesOnTheTokenBudget() {
    Policy policy =
        Policy.newBuilder(policy(4, Map.of("math", 1, "code", 1))).setWindowTokens(25).build();
    Mix mix = Mix.under(policy).candidates("math", 0, 15);
    assertThat(mix.written).isEmpty();
    mix.candidates("math", 15, 1);
    assertThat(mix.close(1).getReason()).isEqualTo(CloseReason.TOKENS);
    assertThat(mix.close(1).getPerSkill()).isEqualTo(Map.of("math", 2));
  }

  @Test
  void expiresWhatWaitedTooLongInTickedTime() {
    Policy policy =
        Policy.newBuilder(policy(8, Map.of()))
            .setWindowMillis(30_000)
            .setPoolMillis(30_000)
            .setMinFill(8)
            .build();
    Mix mix = Mix.under(policy).fold(tick(1)).candidates("math", 0, 2).fold(tick(20_001));
    mix.candidates("math", 2, 1).fold(tick(30_000));
    assertThat(mix.expired()).isEmpty();
    mix.fold(tick(30_001));
    assertThat(mix.expired()).isEqualTo(Map.of("pool_age", 2L));
    assertThat(mix.lastReport().getPooled()).isEqualTo(Map.of("math", 1L));
  }

  @Test
  void anOutageAgesNothing() {
    Policy policy =
        Policy.newBuilder(policy(8, Map.of())).setMinFill(8).setPoolMillis(120_000).build();
    Mix mix = Mix.under(policy).fold(tick(1)).candidates("math", 0, 1);
    mix.fold(tick(1 + 7 * 86_400_000L));
    assertThat(mix.expired()).isEmpty();
    assertThat(mix.state().getClock()).isEqualTo(60_000);
  }

  @Test
  void aNewerEditionReplacesTheOneThatWaits() {
    Mix mix = Mix.under(policy(8, Map.of()));
    mix.fold(candidate("a", "math"), candidate("a", "math", 12, true));
    assertThat(mix.expired()).isEqualTo(Map.of("superseded", 1L));
    mix.fold(command("f", CommandKind.FLUSH));
    assertThat(mix.examples()).extracting(Example::getEstimatedTokens).containsExactly(12);
  }

  @Test
  void ofOnePairAtMostOneEditionWaitsInWhateverPoolAndAcrossRestarts() {
    Mix mix = Mix.under(policy(8, Map.of()));
    mix.fold(candidate("a", "math", 11, false), candidate("a", "code", 12, false));
    assertThat(mix.expired()).isEqualTo(Map.of("superseded", 1L));
    mix.restart();
    mix.fold(candidate("a", "math", 13, false), command("f", CommandKind.FLUSH));
    assertThat(mix.expired()).isEqualTo(Map.of("superseded", 2L));
    assertThat(mix.examples()).extracting(Example::getEstimatedTokens).containsExactly(13);
  }

  @Test
  void aNewerEditionReplacesTheOneThatWaitsEvenWhenItIsRefused() {
    Policy policy =
        Policy.newBuilder(policy(8, Map.of("math", 1, "code", 1))).setWindowTokens(25).build();
    Mix mix = Mix.under(policy);
    mix.fold(candidate("a", "math"), candidate("a", "math", 26, true));
    mix.fold(candidate("b", "code"), candidate("b", "poems", 10, true));
    assertThat(mix.expired()).isEqualTo(Map.of("superseded", 2L, "too_large", 1L, "no_weight", 1L));
    assertThat(mix.store.pooled()).isZero();
  }

  @Test
  void anIdUsedForTwoPromptsLosesNeither() {
    Mix mix = Mix.under(policy(8, Map.of()));
    mix.fold(
        candidate("1", "of one file", "math", 10, false),
        candidate("1", "of another file", "math", 12, false));
    mix.fold(command("f", CommandKind.FLUSH));
    assertThat(mix.examples()).hasSize(2);
    assertThat(mix.expired()).isEmpty();
  }

  @Test
  void staysAtMostSoManyWindowsAhead() {
    Mix mix = Mix.under(policy(2, Map.of())).candidates("math", 0, 9);
    assertThat(mix.closes()).hasSize(2);
    mix.fold(trained(1));
    assertThat(mix.closes()).hasSize(3);
    mix.fold(outcome(2, OutcomeStatus.QUARANTINED), trained(3));
    assertThat(mix.closes()).hasSize(4);
    MixReport books = mix.lastReport();
    assertThat(books.getTrained()).isEqualTo(4);
    assertThat(books.getQuarantined()).isEqualTo(2);
    assertThat(books.getQueued()).isEqualTo(2);
    assertThat(books.getOrigins()).isEqualTo(Map.of("GOLD", 4L));
    assertThat(books.getLastOutcome()).isEqualTo(3);
  }

  @Test
  void countsRefusedExamplesApart() {
    Mix mix = Mix.under(policy(4, Map.of())).candidates("math", 0, 4);
    mix.fold(outcome(1, OutcomeStatus.TRAINED, List.of(2)));
    assertThat(mix.lastReport().getTrained()).isEqualTo(3);
    assertThat(mix.lastReport().getRefused()).isEqualTo(1);
  }

  @Test
  void ignoresOutcomesOfDecidedAndUnknownWindows() {
    Mix mix = Mix.under(policy(2, Map.of())).candidates("math", 0, 2);
    mix.fold(trained(1), trained(1), trained(7));
    assertThat(mix.ignored).containsExactly("outcome_unknown", "outcome_unknown");
    assertThat(mix.lastReport().getTrained()).isEqualTo(2);
    assertThat(mix.lastReport().getIgnored()).isEqualTo(Map.of("outcome_unknown", 2L));
  }

  @Test
  void anOutcomeOutOfOrderDoesNotHideAnOlderWindow() {
    Mix mix = Mix.under(policy(2, Map.of())).candidates("math", 0, 8).fold(trained(2));
    assertThat(mix.closes()).hasSize(2);
    mix.fold(trained(1));
    assertThat(mix.closes()).hasSize(4);
  }

  @Test
  void flushesUntilWhatWaitedIsGoneAndSaysSoOnce() {
    Mix mix = Mix.under(policy(4, Map.of("math", 1, "code", 1))).candidates("math", 0, 10);
    mix.fold(command("f", CommandKind.FLUSH));
    assertThat(mix.closes()).extracting("examples").containsExactly(4, 4);
    assertThat(mix.controls()).isEmpty();
    mix.fold(trained(1));
    assertThat(mix.close(3).getExamples()).isEqualTo(2);
    assertThat(mix.close(3).getReason()).isEqualTo(CloseReason.FLUSH);
    assertThat(mix.written.get(mix.written.size() - 1))
        .isEqualTo(new Control("f", CommandKind.FLUSH, null));
    assertThat(mix.controls()).hasSize(1);
    assertThat(mix.lastReport().getFlushed()).isEqualTo("f");
    assertThat(mix.store.pooled()).isZero();
  }

  @Test
  void answersAFlushOfEmptyPoolsAtOnce() {
    Mix mix = Mix.under(policy(4, Map.of())).fold(command("f", CommandKind.FLUSH));
    assertThat(mix.written).containsExactly(new Control("f", CommandKind.FLUSH, null));
  }

  @Test
  void passesOtherCommandsOnInOrder() {
    Mix mix = Mix.under(policy(2, Map.of())).candidates("math", 0, 2);
    mix.fold(command("s", CommandKind.SERVE), command("r", CommandKind.ROLLBACK));
    assertThat(mix.written.subList(4, 6))
        .containsExactly(
            new Control("s", CommandKind.SERVE, "v000001"),
            new Control("r", CommandKind.ROLLBACK, "v000001"));
  }

  @Test
  void aTickThatMovesBackwardsIsCountedAndMovesNoClock() {
    Mix mix = Mix.under(policy(2, Map.of())).fold(tick(500), tick(400), tick(400));
    assertThat(mix.ignored).containsExactly("tick_backwards", "tick_backwards");
    assertThat(mix.state().getClock()).isZero();
    mix.fold(tick(600));
    assertThat(mix.ignored).hasSize(2);
    assertThat(mix.state().getClock()).isEqualTo(200);
  }

  @Test
  void oneTickFromAClockFarAheadDoesNotStopTheTime() {
    Mix mix = Mix.under(policy(8, Map.of())).candidates("math", 0, 1);
    mix.fold(tick(1), tick(30 * 86_400_000L), tick(1_000), tick(2_000), tick(3_000));
    assertThat(mix.ignored).containsExactly("tick_backwards");
    assertThat(mix.state().getClock()).isEqualTo(MixFold.MAX_STEP_MILLIS + 2_000);
  }

  @Test
  void carriesEachProbeOnceUpToTheSizeOfItsSet() {
    Policy policy = Policy.newBuilder(policy(1, Map.of())).setProbesPerSkill(2).build();
    Mix mix = Mix.under(policy);
    mix.fold(probe("p1", "math"), probe("p1", "math"), probe("p2", "math"), probe("p3", "math"));
    mix.fold(probe("p4", "code")).candidates("math", 0, 2);
    assertThat(mix.opens().get(0).getNewProbes())
        .extracting("pairId")
        .containsExactly("p1", "p2", "p4");
    assertThat(mix.opens().get(1).getNewProbes()).isEmpty();
    assertThat(mix.ignored).containsExactly("probe_known", "probe_set_full");
    assertThat(mix.lastReport().getHeldOut()).isEqualTo(5);
  }

  @Test
  void spreadsProbesThatDoNotFitIntoOneRecord() {
    Mix mix = Mix.under(policy(1, Map.of()));
    String half = "x".repeat(ProbeSets.MAX_BYTES / 2);
    mix.fold(probe("p1", "math", half), probe("p2", "math", half), probe("p3", "math", "y"));
    mix.candidates("math", 0, 2);
    assertThat(mix.opens().get(0).getNewProbes()).extracting("pairId").containsExactly("p1");
    assertThat(mix.opens().get(1).getNewProbes()).extracting("pairId").containsExactly("p2", "p3");
  }

  @Test
  void tellsAtMostSoManySkillsApart() {
    Mix mix = Mix.under(policy(1_000, Map.of()));
    for (int i = 0; i < PolicyRules.MAX_SKILLS + 5; i++) {
      mix.fold(candidate("c" + i, "s" + i));
    }
    assertThat(mix.expired()).isEqualTo(Map.of("too_many_skills", 5L));
    assertThat(mix.state().getCandidates())
        .hasSize(PolicyRules.MAX_SKILLS + 1)
        .containsEntry(PolicyRules.OTHER_SKILLS, 5L);
  }
}
