package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.pair;
import static dev.alluvium.streams.curate.CurateHarness.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Probe;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HoldOutTest {
  private static final int PAIRS = 2_000;

  @Test
  void holdsOutTheConfiguredShareOfEverySkill() {
    List<Object> ledger = ledger(0.2);
    Map<String, Integer> probes = new HashMap<>();
    for (Object entry : ledger) {
      if (entry instanceof Probe probe) {
        probes.merge(probe.getSkill(), 1, Integer::sum);
      }
    }
    // 1,000 groups a skill at 0.2: four standard deviations are 0.05.
    assertThat(probes).containsOnlyKeys("math", "code");
    assertThat(probes.values()).allSatisfy(n -> assertThat(n / 1_000.0).isBetween(0.15, 0.25));
    assertThat(ledger).hasSize(PAIRS);
  }

  @Test
  void makesTheSameChoiceEveryTime() {
    assertThat(ledger(0.2)).isEqualTo(ledger(0.2));
  }

  @Test
  void holdsNothingOutAtZeroAndHalfAtAHalf() {
    assertThat(ledger(0)).allMatch(Candidate.class::isInstance);
    assertThat(ledger(0.5).stream().filter(Probe.class::isInstance).count())
        .isBetween(900L, 1_100L);
  }

  @Test
  void neverSplitsAGroup() {
    Set<String> held = new HashSet<>();
    Set<String> trained = new HashSet<>();
    try (CurateHarness curate = with(k -> k.holdOut(0.3))) {
      for (int i = 0; i < PAIRS; i++) {
        String skill = i % 2 == 0 ? "reading" : "general";
        curate.send(
            pair("Question " + i, "Answer " + i).setContext("story " + i % 100).setSkill(skill));
      }
      for (Object entry : curate.ledger()) {
        if (entry instanceof Probe probe) {
          held.add(String.valueOf(probe.getPrompt().getContext()));
        } else if (entry instanceof Candidate candidate) {
          trained.add(String.valueOf(candidate.getPrompt().getContext()));
        }
      }
    }
    assertThat(held).isNotEmpty().doesNotContainAnyElementsOf(trained);
    assertThat(held.size() + trained.size()).isEqualTo(100);
  }

  @Test
  void aProbeCarriesWhatItIsMeasuredAgainst() {
    try (CurateHarness curate = with(k -> k.holdOut(0.5))) {
      Probe probe = null;
      for (int i = 0; probe == null; i++) {
        curate.send(
            pair("what is w" + letters(i), "it").setAnswer("5").setTests(List.of("assert")));
        if (curate.ledger().get(0) instanceof Probe found) {
          probe = found;
        }
      }
      assertThat(probe.getGold()).isEqualTo("it");
      assertThat(probe.getAnswer()).isEqualTo("5");
      assertThat(probe.getTests()).containsExactly("assert");
      assertThat(curate.total("dedup-0").getProbes().values()).containsExactly(1L);
    }
  }

  @Test
  void whatItsProducerMarksIsHeldOut() {
    try (CurateHarness curate = with(k -> k.holdOut(0))) {
      curate.send(pair("what is up", "the sky").setSkill("suite").setProbe(true));
      curate.send(pair("what is up", "the sky").setSkill("math"));
      curate.send(pair("what is down", "the sea").setSkill("math"));
      assertThat(curate.ledger())
          .extracting(entry -> (Object) entry.getClass())
          .containsExactly(Probe.class, Candidate.class);
      assertThat(curate.total("dedup-0").getDuplicates()).isEqualTo(1);
    }
  }

  private static List<Object> ledger(double share) {
    try (CurateHarness curate = with(k -> k.holdOut(share))) {
      for (int i = 0; i < PAIRS; i++) {
        // Letters only: numbers are masked in groups.
        curate.send(pair("what is w" + letters(i), "it").setSkill(i % 2 == 0 ? "math" : "code"));
      }
      return curate.ledger();
    }
  }

  private static String letters(int i) {
    return i < 26 ? String.valueOf((char) ('a' + i)) : letters(i / 26 - 1) + (char) ('a' + i % 26);
  }
}
