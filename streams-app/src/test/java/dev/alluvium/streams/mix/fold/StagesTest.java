package dev.alluvium.streams.mix.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.DmtRules;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.schemas.avro.WindowOpen;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StagesTest {
  private static final Control CYCLE = new Control("cycle-1", CommandKind.CYCLE, null);

  @Test
  void stagesTakeTurns() {
    Mix mix = Mix.under(policy(2, 8, 1, 4));
    mix.candidates("general", 0, 20).candidates("math", 0, 20);
    assertThat(stages(mix)).containsExactly("specialised", "specialised");
    mix.fold(Ledger.trained(1));
    assertThat(stages(mix)).hasSize(2);
    mix.fold(Ledger.trained(2));
    assertThat(stages(mix)).containsExactly("specialised", "specialised", "general", "general");
    assertThat(mix.written.get(mix.written.size() - 1)).isEqualTo(CYCLE);
    mix.fold(Ledger.trained(3), Ledger.trained(4));
    assertThat(stages(mix)).endsWith("specialised", "specialised");
    assertThat(mix.examples()).filteredOn(e -> e.getReplayOf() == null).hasSize(24);
    assertThat(mix.lastReport().getCycle()).isEqualTo(1);
    assertThat(mix.lastReport().getStage()).isEqualTo("specialised");
  }

  /** 8 of math were trained; a quarter of them comes again, spread over the two general windows. */
  @Test
  void aGeneralStageRemindsOfTheSpecialisedSkills() {
    Mix mix = Mix.under(policy(2, 8, 1, 4));
    mix.candidates("general", 0, 20).candidates("math", 0, 20);
    mix.fold(Ledger.trained(1), Ledger.trained(2));
    assertThat(mix.windowReports.get(2).getReplayed()).isEqualTo(Map.of("math", 1));
    assertThat(mix.windowReports.get(3).getReplayed()).isEqualTo(Map.of("math", 1));
    List<Example> reminders = mix.examples().stream().filter(e -> e.getReplayOf() != null).toList();
    assertThat(reminders).extracting(Example::getPairId).doesNotHaveDuplicates();
    assertThat(mix.windowReports.get(0).getReplayed()).isEmpty();
  }

  /** Dual-stage once, as in the paper: all specialised data, then all general data. */
  @Test
  void oneCycleTrainsAllOfOneKindThenAllOfTheOther() {
    Mix mix = Mix.under(policy(0, 0, 1, 16));
    mix.candidates("general", 0, 22).candidates("math", 0, 21).candidates("code", 0, 11);
    mix.fold(Ledger.command("end", CommandKind.FLUSH));
    while (!mix.state().getOpen().isEmpty()) {
      mix.fold(Ledger.trained(mix.state().getOpen().get(0).getWindowId()));
    }
    List<Example> all = mix.examples();
    int turn = all.stream().map(Example::getSkill).toList().indexOf("general");
    List<Example> second =
        all.stream().filter(e -> e.getWindowId() >= all.get(turn).getWindowId()).toList();
    assertThat(all.size() - second.size()).isEqualTo(32);
    assertThat(second).filteredOn(e -> e.getSkill().equals("general")).hasSize(22);
    // A sixteenth of 21 and of 11, rounded up.
    assertThat(second).filteredOn(e -> e.getSkill().equals("math")).hasSize(2);
    assertThat(second).filteredOn(e -> e.getSkill().equals("code")).hasSize(1);
    assertThat(mix.controls()).extracting(Control::getKind).contains(CommandKind.FLUSH);
    assertThat(mix.store.pooled()).isZero();
  }

  @Test
  void aStageThatNothingWaitsForGivesWay() {
    Mix mix = Mix.under(policy(2, 8, 1, 4));
    mix.candidates("general", 0, 8);
    mix.fold(Ledger.tick(0), Ledger.tick(5_000));
    assertThat(mix.opens()).isEmpty();
    mix.fold(Ledger.tick(20_000));
    assertThat(stages(mix)).containsExactly("general", "general");
    assertThat(mix.controls()).containsExactly(CYCLE);
  }

  /** Fewer than the least fill wait: they wait on while the other stage has its turn. */
  @Test
  void aStageThatHasTooLittleForAWindowGivesWayToo() {
    Policy policy = Policy.newBuilder(policy(1, 100, 1, 4)).setMinFill(3).build();
    Mix mix = Mix.under(policy).candidates("general", 0, 2).candidates("math", 0, 20);
    mix.fold(Ledger.trained(1), Ledger.tick(0), Ledger.tick(5_000));
    assertThat(stages(mix)).containsExactly("specialised");
    mix.fold(Ledger.tick(20_000));
    assertThat(stages(mix)).containsExactly("specialised", "specialised");
    assertThat(mix.controls()).containsExactly(CYCLE);
    assertThat(mix.store.pooled("general")).isEqualTo(2);
  }

  /** A trainer that is behind is no reason to end a stage. */
  @Test
  void aStageThatIsHeldUpDoesNotGiveWay() {
    Mix mix = Mix.under(policy(8, 8, 1, 4)).candidates("general", 0, 8);
    mix.candidates("math", 0, 40).fold(Ledger.tick(0), Ledger.tick(50_000), Ledger.tick(100_000));
    mix.fold(Ledger.trained(1), Ledger.trained(2));
    assertThat(stages(mix)).hasSize(4).containsOnly("specialised");
  }

  @Test
  void aStageThatEndsEarlyEndsTheCycle() {
    Mix mix = Mix.under(policy(1, 100, 1, 4));
    mix.candidates("general", 0, 4).candidates("math", 0, 4).fold(Ledger.trained(1));
    assertThat(stages(mix)).containsExactly("specialised", "general");
    mix.fold(Ledger.trained(2), Ledger.tick(0), Ledger.tick(5_000));
    assertThat(mix.controls()).isEmpty();
    mix.fold(Ledger.tick(20_000));
    assertThat(mix.controls()).containsExactly(CYCLE);
  }

  private static List<String> stages(Mix mix) {
    return mix.opens().stream().map(WindowOpen::getStage).toList();
  }

  private static Policy policy(int windows, int general, long fractionOf, long fractionIn) {
    return Policy.newBuilder(Ledger.policy(4, Map.of()))
        .setKind(PolicyKind.DMT)
        .setReplay(new ReplayRules(0, Map.of(), 1_000, 1L << 20, 1))
        .setDmt(
            new DmtRules(List.of("general"), windows, general, fractionOf, fractionIn, 0, 500_000))
        .build();
  }
}
