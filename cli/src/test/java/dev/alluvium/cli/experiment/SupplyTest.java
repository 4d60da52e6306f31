package dev.alluvium.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.cli.suite.Parts;
import dev.alluvium.streams.ask.AskInput.NewPair;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SupplyTest {
  private static List<NewPair> all(Parts parts, List<Phase> phases, int unit) {
    Supply supply = new Supply(parts, phases, unit);
    List<NewPair> pairs = new ArrayList<>();
    phases.forEach(phase -> pairs.addAll(supply.next(phase)));
    return pairs;
  }

  private static String skill(NewPair pair) {
    return pair.candidate().getSkill();
  }

  @Test
  void thePhasesOfTheLongStreamNeverRepeatAPair() {
    List<NewPair> pairs = all(new Parts(101), LongStreamCommand.drift(), 1000);
    assertThat(pairs.size()).isBetween(19_980, 20_020);
    assertThat(pairs.stream().map(pair -> pair.candidate().getPairId())).doesNotHaveDuplicates();
    assertThat(pairs.stream().map(SupplyTest::skill).collect(Collectors.toSet())).hasSize(6);
  }

  @Test
  void skillsSwellAndGoOneAfterTheOther() {
    List<Phase> phases = LongStreamCommand.drift();
    assertThat(phases).hasSize(20);
    assertThat(phases.get(0).amounts()).containsOnlyKeys("subtract", "program");
    assertThat(phases.get(19).amounts()).containsOnlyKeys("reverse", "sort");
    assertThat(phases)
        .allSatisfy(
            phase ->
                assertThat(phase.amounts().values().stream().mapToDouble(a -> a).sum())
                    .isBetween(1 - 1e-9, 1 + 1e-9));
  }

  @Test
  void skillsOfOnePhaseAreMixed() {
    List<NewPair> pairs = all(new Parts(5), List.of(Phase.of("subtract", "wrap")), 50);
    assertThat(pairs).hasSize(100);
    assertThat(pairs.subList(0, 50).stream().filter(pair -> skill(pair).equals("wrap")).count())
        .isBetween(10L, 40L);
    assertThat(all(new Parts(5), List.of(Phase.of("subtract", "wrap")), 50))
        .extracting(pair -> pair.candidate().getPairId())
        .as("drawn from the seed")
        .isEqualTo(pairs.stream().map(pair -> pair.candidate().getPairId()).toList());
  }

  @Test
  void anAnchorHasAllBaseSkills() {
    assertThat(all(new Parts(5), List.of(Phase.anchor(0.03)), 1000))
        .hasSize(30)
        .extracting(SupplyTest::skill)
        .containsOnly("reverse", "sort", "add", "code", "count");
  }

  @Test
  void moreThanThereIsIsRefused() {
    TreeMap<String, Double> twice = new TreeMap<>();
    twice.put("stone", 2.0);
    assertThatThrownBy(() -> new Supply(new Parts(5), List.of(new Phase(twice)), 1000))
        .hasMessageContaining("2000 pairs of stone: only 1000 of them are different");
  }
}
