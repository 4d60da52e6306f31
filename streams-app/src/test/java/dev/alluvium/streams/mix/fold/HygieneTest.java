package dev.alluvium.streams.mix.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.HygieneRules;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.ReplayRules;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HygieneTest {
  private static final String LONG = words("a", 60);

  @Test
  void refusesWhatSaysAlmostTheSame() {
    Mix mix = Mix.under(policy(100, 0));
    mix.fold(candidate("c1", LONG), candidate("c2", LONG + " and more"));
    assertThat(mix.expired()).isEqualTo(Map.of("near_duplicate", 1L));
    mix.restart();
    mix.fold(candidate("c3", LONG.toUpperCase(java.util.Locale.ROOT)));
    assertThat(mix.expired()).isEqualTo(Map.of("near_duplicate", 2L));
    mix.fold(candidate("c4", words("b", 60)));
    assertThat(mix.store.pooled()).isEqualTo(2);
  }

  @Test
  void takesANewerEditionOfTheSamePair() {
    Mix mix = Mix.under(policy(100, 0));
    mix.fold(candidate("c1", LONG), candidate("c1", LONG));
    assertThat(mix.expired()).isEqualTo(Map.of("superseded", 1L));
  }

  @Test
  void forgetsTheOldestAndWhatWasReadLongAgo() {
    Mix mix = Mix.under(policy(2, 0));
    mix.fold(candidate("c1", LONG), candidate("c2", words("b", 60)));
    mix.fold(candidate("c3", words("c", 60)));
    assertThat(mix.store.remembered()).isEqualTo(2);
    mix.fold(candidate("c4", LONG));
    assertThat(mix.expired()).isEmpty();
    mix.fold(Ledger.tick(0), Ledger.tick(60_000), Ledger.tick(120_000));
    mix.fold(candidate("c5", LONG));
    assertThat(mix.expired()).isEmpty();
    assertThat(mix.store.remembered()).isEqualTo(1);
  }

  @Test
  void zeroSwitchesItOff() {
    Mix mix = Mix.under(policy(100, 0)).fold(candidate("c1", LONG));
    Policy off = Policy.newBuilder(policy(100, 0)).setHygiene(rules(0, 100, 0)).build();
    mix.fold(Ledger.policyChange(mix.digest(), off));
    assertThat(mix.store.remembered()).isZero();
    mix.fold(candidate("c2", LONG));
    assertThat(mix.expired()).isEmpty();
  }

  @Test
  void refusesWhatGivesAProbeAway() {
    Mix mix = Mix.under(policy(0, 500_000)).fold(probe("p1", LONG));
    String half = words("a", 40);
    String little = words("a", 20) + " " + words("b", 40);
    mix.fold(candidate("c1", half), candidate("c2", little), candidate("c3", LONG));
    assertThat(mix.expired()).isEqualTo(Map.of("contaminated", 2L));
    mix.restart();
    mix.fold(candidate("c4", LONG));
    assertThat(mix.expired()).isEqualTo(Map.of("contaminated", 3L));
  }

  /** 48 grams of the probe, of which the candidate has one, a hundred times. */
  @Test
  void aGramThatIsSaidOftenIsOneGram() {
    String gram = words("a", 13) + ". ";
    Mix mix = Mix.under(policy(0, 500_000)).fold(probe("p1", LONG));
    mix.fold(candidate("c1", gram.repeat(100)));
    assertThat(mix.expired()).isEmpty();
  }

  @Test
  void looksAgainAtWhatWaitedWhenTheProbeCame() {
    Mix mix = Mix.under(policy(0, 500_000));
    mix.fold(candidate("c1", LONG), probe("p1", LONG), candidate("c2", words("b", 60)));
    assertThat(mix.expired()).isEmpty();
    mix.fold(candidate("c3", words("c", 60)));
    assertThat(mix.closes()).isEmpty();
    assertThat(mix.expired()).isEqualTo(Map.of("contaminated", 1L));
    mix.fold(candidate("c4", words("d", 60)));
    assertThat(mix.examples()).extracting(e -> e.getPairId()).contains("c2", "c3", "c4");
  }

  /** Numbers sort otherwise as texts: 10 before 2. */
  @Test
  void remembersTheSameAfterARestart() {
    Mix straight = Mix.under(policy(9, 0));
    Mix restarted = Mix.under(policy(9, 0));
    for (Mix mix : List.of(straight, restarted)) {
      for (int i = 0; i < 10; i++) {
        mix.fold(candidate("c" + i, words("t" + i + "x", 60)));
      }
      mix.fold(candidate("c2", words("t2x", 60)));
    }
    restarted.restart();
    for (Mix mix : List.of(straight, restarted)) {
      mix.fold(candidate("new", words("u", 60)), candidate("copy", words("t2x", 60)));
      assertThat(mix.expired()).containsEntry("near_duplicate", 1L);
    }
  }

  /** The fourth text took the row of the first, and is the newest all the same. */
  @Test
  void whatTookAnothersRowHasItsOwnPlaceAfterARestart() {
    Mix mix = Mix.under(policy(3, 0));
    for (String stem : List.of("a", "b", "c", "d")) {
      mix.fold(candidate(stem, words(stem, 60)));
    }
    mix.restart();
    mix.fold(candidate("e", words("e", 60)));
    assertThat(mix.store.remembered()).isEqualTo(3);
    mix.fold(candidate("copy", words("d", 60)));
    assertThat(mix.expired()).isEqualTo(Map.of("near_duplicate", 1L));
    assertThat(mix.store.remembered()).as("the row that made room is gone").isEqualTo(2);
    mix.restart();
    mix.fold(candidate("again", words("b", 60)), candidate("more", words("e", 60)));
    assertThat(mix.expired()).isEqualTo(Map.of("near_duplicate", 2L));
  }

  @Test
  void comparesWhatCameBeforeTheFirstPolicy() {
    Mix mix = new Mix();
    mix.fold(probe("p1", LONG), candidate("c1", LONG), candidate("c2", words("b", 60)));
    mix.fold(candidate("c3", words("b", 60)));
    mix.fold(Ledger.policyChange(null, policy(9, 500_000)));
    assertThat(mix.expired()).isEqualTo(Map.of("contaminated", 1L, "near_duplicate", 1L));
  }

  @Test
  void comparesAllOfThatHoweverMuchItIs() {
    Mix mix = new Mix().fold(candidate("first", LONG));
    IntStream.range(0, 60).forEach(i -> mix.fold(candidate("c" + i, words("c" + i + "x", 60))));
    mix.fold(candidate("last", LONG), Ledger.policyChange(null, policy(100, 0)));
    assertThat(mix.expired()).isEqualTo(Map.of("near_duplicate", 1L));
  }

  /** What fits goes on being remembered when the bound changes, up and down, and over a restart. */
  @Test
  void remembersTheNewestUnderAnotherBound() {
    Mix mix = Mix.under(policy(9, 0));
    IntStream.range(0, 9).forEach(i -> mix.fold(candidate("c" + i, words("c" + i + "x", 60))));
    for (int bound : new int[] {3, 40}) {
      mix.fold(Ledger.policyChange(mix.digest(), policy(bound, 0)));
      mix.fold(candidate(bound + "again8", words("c8x", 60)));
      mix.fold(candidate(bound + "again7", words("c7x", 60)));
      assertThat(mix.store.remembered()).isEqualTo(2); // the oldest made room for what was refused
      mix.restart();
    }
    assertThat(mix.expired()).isEqualTo(Map.of("near_duplicate", 4L));
    mix.fold(candidate("again6", words("c6x", 60)));
    assertThat(mix.expired()).isEqualTo(Map.of("near_duplicate", 4L));
  }

  @Test
  void replaysNothingThatGivesAwayAProbeThatCameLater() {
    Policy policy =
        Policy.newBuilder(policy(0, 500_000))
            .setWindowExamples(1)
            .setReplay(new ReplayRules(500_000, Map.of(), 10, 1L << 20, 1))
            .build();
    Mix mix = Mix.under(policy).fold(candidate("c1", LONG), Ledger.trained(1));
    mix.fold(probe("p1", LONG), candidate("c2", words("b", 60)));
    assertThat(mix.examples(2)).extracting(e -> e.getPairId()).containsExactly("c2");
    assertThat(mix.kept()).isEmpty();
  }

  /** A thousand probes of 512 grams each: 976 fit. */
  @Test
  void looksOutForSoManyGramsOnly() {
    Policy policy = Policy.newBuilder(policy(0, 500_000)).setProbesPerSkill(1_000).build();
    Mix mix = Mix.under(policy);
    for (int i = 0; i < 980; i++) {
      mix.fold(probe("p" + i, words("q" + i + "x", 600)));
    }
    mix.restart();
    mix.fold(probe("late", words("late", 600)));
    assertThat(mix.state().getIgnored()).isEqualTo(Map.of("probe_unwatched", 5L));
    mix.fold(candidate("c1", words("q975x", 600)), candidate("c2", words("q976x", 600)));
    assertThat(mix.expired()).isEqualTo(Map.of("contaminated", 1L));
  }

  @Test
  void noOverlapSwitchesItOff() {
    Mix mix = Mix.under(policy(0, 0)).fold(probe("p1", LONG), candidate("c1", LONG));
    assertThat(mix.expired()).isEmpty();
  }

  private static LedgerEntry candidate(String id, String gold) {
    return Ledger.saying(gold, Ledger.candidate(id, "math"));
  }

  private static LedgerEntry probe(String id, String gold) {
    Probe probe = (Probe) Ledger.probe(id, "math", gold).getEntry();
    return new LedgerEntry(
        Probe.newBuilder(probe).setPrompt(new Prompt("what?", null, List.of())).build());
  }

  private static Policy policy(int remembered, int overlap) {
    return Policy.newBuilder(Ledger.policy(3, Map.of()))
        .setHygiene(rules(800_000, remembered, overlap))
        .build();
  }

  private static HygieneRules rules(int similarity, int remembered, int overlap) {
    return new HygieneRules(similarity, remembered, 60_000L, overlap);
  }

  private static String words(String stem, int n) {
    return IntStream.range(0, n).mapToObj(i -> stem + i).collect(Collectors.joining(" "));
  }
}
