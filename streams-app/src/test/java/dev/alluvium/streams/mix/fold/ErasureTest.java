package dev.alluvium.streams.mix.fold;

import static dev.alluvium.streams.mix.fold.Ledger.candidate;
import static dev.alluvium.streams.mix.fold.Ledger.command;
import static dev.alluvium.streams.mix.fold.Ledger.erase;
import static dev.alluvium.streams.mix.fold.Ledger.outcome;
import static dev.alluvium.streams.mix.fold.Ledger.policy;
import static dev.alluvium.streams.mix.fold.Ledger.probe;
import static dev.alluvium.streams.mix.fold.Ledger.trained;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.HygieneRules;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.ReplayRules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an order to erase a pair does at its place in the ledger. */
class ErasureTest {
  private static final Policy POLICY =
      Policy.newBuilder(policy(4, Map.of("math", 1)))
          .setReplay(new ReplayRules(500_000, Map.of(), 100, 1L << 20, 1))
          .build();

  @Test
  void everyEditionThatWaitsExpires() {
    Mix mix = Mix.under(POLICY);
    mix.fold(candidate("a", "one question", "math", 10, false));
    mix.fold(candidate("a", "another", "math", 10, false), candidate("b", "math"));
    mix.fold(erase("a"));

    assertThat(mix.expired()).isEqualTo(Map.of("erased", 2L));
    assertThat(mix.store.pooled()).isEqualTo(1);
    assertThat(counts(mix))
        .isEqualTo(Map.of("pool", 2L, "open_windows", 0L, "reservoirs", 0L, "probes", 0L));
    mix.fold(command("f", CommandKind.FLUSH));
    assertThat(mix.examples()).extracting(Example::getPairId).containsExactly("b");
  }

  @Test
  void whatWasTrainedIsNotReplayed() {
    Mix mix = Mix.under(POLICY).candidates("math", 0, 4).fold(trained(1));
    assertThat(mix.kept()).isEqualTo(Map.of("math", 4));
    mix.fold(erase("math2"));

    assertThat(counts(mix)).containsEntry("reservoirs", 1L);
    assertThat(mix.kept()).isEqualTo(Map.of("math", 3));
    mix.candidates("math", 10, 4);
    assertThat(mix.examples(2)).hasSize(7);
    assertThat(mix.examples(2)).extracting(Example::getPairId).doesNotContain("math2");
    assertThat(mix.state().getTrained()).as("the books are history").isEqualTo(4);
  }

  @Test
  void whatTheTrainerHasIsCountedAsItComesOutAndNeverKept() {
    Mix mix = Mix.under(POLICY).candidates("math", 0, 8).fold(erase("math1"), erase("math5"));
    assertThat(counts(mix)).containsEntry("open_windows", 1L).containsEntry("pool", 0L);
    assertThat(mix.queued()).isEqualTo(8);
    mix.restart();

    // The first window was in training when the trainer heard of it, of the second it was left out.
    int place = index(mix, 2, "math5");
    mix.fold(trained(1), outcome(2, OutcomeStatus.TRAINED, List.of(place)));
    assertThat(mix.state().getTrained()).isEqualTo(7);
    assertThat(mix.state().getRefused()).isEqualTo(1);
    assertThat(mix.store.candidates()).isZero();
    assertThat(mix.kept()).isEqualTo(Map.of("math", 6));
  }

  @Test
  void aWindowInQuarantineCountsTheErasedToo() {
    Mix mix = Mix.under(POLICY).candidates("math", 0, 4).fold(erase("math1"));
    mix.fold(outcome(1, OutcomeStatus.QUARANTINED));
    assertThat(mix.state().getQuarantined()).isEqualTo(4);
    assertThat(mix.store.candidates()).isZero();
    mix.candidates("math", 4, 4).fold(trained(2), erase("math4"));
    mix.fold(outcome(2, OutcomeStatus.QUARANTINED));
    assertThat(mix.state().getQuarantined()).as("taken back").isEqualTo(8);
    assertThat(mix.kept()).isEmpty();
  }

  @Test
  void aProbeLeavesItsSetAndIsLookedOutForNoMore() {
    String words =
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
    Mix mix =
        Mix.under(
            Policy.newBuilder(POLICY)
                .setProbesPerSkill(2)
                .setHygiene(new HygieneRules(0, 1, 1L, 500_000))
                .build());
    mix.fold(probe("carried", "math", words)).candidates("math", 0, 4);
    mix.fold(probe("waits", "math", "b"));
    assertThat(mix.opens().get(0).getNewProbes()).hasSize(1);
    LedgerEntry leak = Ledger.saying(words, candidate("leak", "math"));
    mix.fold(leak);
    assertThat(mix.expired()).isEqualTo(Map.of("contaminated", 1L));

    mix.fold(erase("carried"));
    assertThat(counts(mix)).containsEntry("probes", 1L);
    mix.fold(erase("waits"), leak);
    assertThat(counts(mix)).containsEntry("probes", 1L);
    assertThat(mix.expired()).as("nothing is given away any more").hasSize(1);
    assertThat(mix.state().getProbes()).isEmpty();
    // Both places are free, and what is held out again is a probe again.
    mix.fold(probe("carried", "math", "c"), probe("other", "math", "d"));
    mix.restart();
    mix.candidates("math", 10, 3);
    assertThat(mix.opens().get(1).getNewProbes())
        .extracting(Probe::getPairId)
        .containsExactly("carried", "other");
  }

  @Test
  void theTrainerIsToldAfterTheLastWindow() {
    Mix mix = Mix.under(POLICY).candidates("math", 0, 4).fold(erase("nobody"));
    assertThat(mix.written.get(mix.written.size() - 1))
        .isEqualTo(new Control("erase nobody", CommandKind.ERASE, "nobody"));
    assertThat(Mix.sum(counts(mix))).isZero();
  }

  @Test
  void whatIsProducedAgainIsAnotherPair() {
    Mix mix = Mix.under(POLICY).fold(candidate("a", "math"), erase("a"), candidate("a", "math"));
    assertThat(mix.store.pooled()).isEqualTo(1);
    mix.fold(command("f", CommandKind.FLUSH));
    assertThat(mix.examples()).extracting(Example::getPairId).containsExactly("a");
  }

  @Test
  void anOrderWithoutAPairIsRefused() {
    Mix mix = Mix.under(POLICY);
    mix.fold(new LedgerEntry(new Command("e", CommandKind.ERASE, null)));
    Answer answer = mix.answers.get(mix.answers.size() - 1);
    assertThat(answer.getAccepted()).isFalse();
    assertThat(answer.getReason()).isEqualTo("erase_nothing");
    assertThat(mix.ignored).containsExactly("erase_nothing");
    assertThat(mix.controls()).isEmpty();
  }

  private static int index(Mix mix, long window, String pairId) {
    return mix.examples(window).stream()
        .filter(example -> example.getPairId().equals(pairId))
        .findFirst()
        .orElseThrow()
        .getIndex();
  }

  private static Map<String, Long> counts(Mix mix) {
    Answer answer = mix.answers.get(mix.answers.size() - 1);
    assertThat(answer.getAccepted()).isTrue();
    return answer.getCounts();
  }
}
