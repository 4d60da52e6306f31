package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.pair;
import static dev.alluvium.streams.curate.CurateHarness.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.Turn;
import java.util.List;
import org.junit.jupiter.api.Test;

class DedupTest {
  @Test
  void dropsTheSameContentUnderAnyId() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send(pair("How many?", "Five.").setId("a"));
      curate.send(pair("How many?", "Five.").setId("a"));
      curate.send(pair("How many?", "Five.").setId("b"));
      curate.send(pair("How many?", "Five."));
      assertThat(curate.candidates()).extracting(Candidate::getPairId).containsExactly("a");
      assertThat(curate.total("dedup-0").getDuplicates()).isEqualTo(3);
    }
  }

  @Test
  void seesThroughWhiteSpaceAndAccentsInThePromptButNotInTheResponse() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send(pair("Caf\u00E9  open?\n", "if x:\n  yes"));
      curate.send(pair(" Cafe\u0301 open?", "if x:\r\n  yes\n"));
      curate.send(pair("Caf\u00E9 open?", "if x:\n    yes"));
      assertThat(curate.candidates()).hasSize(2);
      assertThat(curate.total("dedup-0").getDuplicates()).isEqualTo(1);
    }
  }

  @Test
  void countsPairsThatNameNoSkillAndMatchNoRule() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send(pair("Name three rivers.", "Rhine, Main, Elbe."));
      curate.send(pair("Name three rivers.", "Rhine, Main, Elbe."));
      curate.send(pair("Name three lakes.", "Garda, Como, Zug.").setSkill("domain"));
      curate.send(pair("How many lakes?", "Three."));
      assertThat(curate.candidates()).hasSize(3);
      assertThat(curate.total("dedup-0").getUnknownSkill()).isEqualTo(1);
    }
  }

  @Test
  void tellsContextAndHistoryApart() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send(pair("And now?", "Yes."));
      curate.send(pair("And now?", "Yes.").setContext("It rains."));
      curate.send(pair("And now?", "Yes.").setHistory(List.of(new Turn("user", "It rains."))));
      curate.send(pair("And now?", "Yes.").setHistory(List.of(new Turn("system", "It rains."))));
      assertThat(curate.candidates()).hasSize(4);
    }
  }

  @Test
  void marksANewerGoldOfAKnownIdAsSuperseding() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send(pair("How many?", "Five.").setId("a"));
      curate.send(pair("How many?", "Six.").setId("a"));
      curate.send(pair("How many?", "Seven.").setId("b"));
      assertThat(curate.candidates())
          .extracting(Candidate::getSupersedes)
          .containsExactly(false, true, false);
      CurateReport total = curate.total("dedup-0");
      assertThat(total.getSuperseding()).isEqualTo(1);
      assertThat(total.getDuplicates()).isZero();
    }
  }

  @Test
  void takesAGoldBackThatWasSuperseded() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send(pair("How many?", "Five.").setId("a"));
      curate.send(pair("How many?", "Six.").setId("a"));
      curate.send(pair("How many?", "Five.").setId("a"));
      assertThat(curate.candidates())
          .extracting(c -> c.getTarget().getText())
          .containsExactly("Five.", "Six.", "Five.");
    }
  }

  @Test
  void forgetsTheOldestPromptBeyondTheBound() {
    try (CurateHarness curate = with(k -> k.dedupEntries(2))) {
      curate.send(pair("one", "1"));
      curate.send(pair("two", "2"));
      curate.send(pair("one", "1"));
      curate.send(pair("three", "3"));
      assertThat(curate.candidates()).hasSize(3);
      // "one" came first, so it is forgotten, although it was seen again since.
      curate.send(pair("two", "2"));
      assertThat(curate.candidates()).isEmpty();
      curate.send(pair("one", "1"));
      assertThat(curate.candidates()).hasSize(1);
    }
  }

  @Test
  void forgetsTheOldestEditionOfACrowdedPrompt() {
    try (CurateHarness curate = with(k -> k)) {
      for (int i = 0; i <= EditionRules.MAX_EDITIONS; i++) {
        curate.send(pair("Tell a joke", "joke " + i));
      }
      curate.candidates();
      curate.send(pair("Tell a joke", "joke 1"));
      assertThat(curate.candidates()).isEmpty();
      curate.send(pair("Tell a joke", "joke 0"));
      assertThat(curate.candidates()).hasSize(1);
    }
  }
}
