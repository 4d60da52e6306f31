package dev.alluvium.streams.mix.fold;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenWindow;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.QuotaUnit;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.window.WindowDigest;
import dev.alluvium.streams.mix.quota.Planner;
import dev.alluvium.streams.mix.quota.Shares;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ListSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every ledger. */
class MixFoldPropertyTest {
  private static final int ENTRIES = 400;
  private static final int SCENARIOS = Integer.getInteger("scenarios", 50);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, SCENARIOS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theBooksAddUpAfterEveryEntry(long seed) {
    Mix mix = new Mix();
    long candidates = 0;
    for (LedgerEntry entry : RandomLedger.of(seed, ENTRIES)) {
      candidates += entry.getEntry() instanceof Candidate ? 1 : 0;
      mix.fold(entry);
      MixState state = mix.state();
      assertThat(Mix.sum(state.getCandidates())).isEqualTo(candidates);
      assertThat(
              mix.store.candidates()
                  + Mix.sum(state.getExpired())
                  + state.getTrained()
                  + state.getRefused()
                  + state.getQuarantined())
          .isEqualTo(candidates);
      Policy policy = state.getPolicy();
      assertThat(mix.store.candidates() - mix.store.pooled()).isEqualTo((int) mix.queued());
      assertThat(mix.store.openWindows()).isEqualTo(state.getOpen().size());
      if (policy != null && policy.getUnit() == QuotaUnit.EXAMPLES) {
        assertThat(state.getCarry().values())
            .allMatch(c -> Math.abs(c) <= (policy.getMaxCarry() + 1) * Shares.EXAMPLE);
      }
    }
    assertThat(mix.closes()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyWindowKeepsItsPromises(long seed) {
    Mix mix = new Mix();
    for (LedgerEntry entry : RandomLedger.of(seed, ENTRIES)) {
      int before = mix.closes().size();
      mix.fold(entry);
      Policy policy = mix.state().getPolicy();
      List<WindowClose> closed = mix.closes().subList(before, mix.closes().size());
      for (WindowClose close : closed) {
        assertThat(policy).isNotNull();
        WindowOpen open = mix.opens().get((int) close.getWindowId() - 1);
        List<Example> fresh = fresh(mix, close.getWindowId());
        assertThat(fresh.size()).isBetween(1, policy.getWindowExamples());
        assertThat(tokens(fresh)).isLessThanOrEqualTo(policy.getWindowTokens());
        assertThatReplayIsWithinItsBounds(close, fresh, policy, most(mix.state().getBoosts()));
        assertThat(close.getWindowId() - lastOutcome(mix.state(), close))
            .isLessThanOrEqualTo(policy.getMaxAhead());
        policy
            .getCaps()
            .forEach(
                (skill, cap) ->
                    assertThat(perSkill(fresh).getOrDefault(skill, 0)).isLessThanOrEqualTo(cap));
        if (policy.getUnit() == QuotaUnit.TOKENS && policy.getKind() != PolicyKind.PROPORTIONAL) {
          continue;
        }
        assertThat(sum(open.getPlanned())).isEqualTo(fresh.size());
        boolean balanced =
            close.getReason() == CloseReason.COUNT || close.getReason() == CloseReason.TOKENS;
        if (balanced
            && !crowded(mix, policy, closed.subList(closed.indexOf(close), closed.size()))) {
          assertThat(perSkill(fresh)).isEqualTo(open.getPlanned());
        }
        if (close.getReason() == CloseReason.COUNT
            && policy.getCaps().isEmpty()
            && open.getStage() == null) {
          assertThat(fresh).hasSize(policy.getWindowExamples());
        }
      }
    }
    assertThatWindowsAreWhole(mix);
  }

  private static void assertThatReplayIsWithinItsBounds(
      WindowClose close, List<Example> fresh, Policy policy, int boost) {
    long most = policy.getDmt() == null ? policy.getReplay().getShare() : policy.getDmt().getCap();
    long tokens = close.getEstimatedTokens() - tokens(fresh);
    int times = policy.getDmt() == null ? boost : 1;
    assertThat(tokens)
        .isLessThanOrEqualTo(policy.getWindowTokens() * most * times / (1_000_000 - most));
    if (policy.getDmt() == null) {
      int replayed = close.getExamples() - fresh.size();
      assertThat(replayed * (1_000_000 - most)).isLessThan((fresh.size() + 1) * 1_000_000L * boost);
      boosted += boost > 1 && replayed > 0 ? 1 : 0;
    }
  }

  private static int most(Map<String, Integer> boosts) {
    return boosts.values().stream().mapToInt(times -> times).max().orElse(1);
  }

  private static int boosted;

  @AfterAll
  static void somethingWasBoosted() {
    assertThat(boosted).isGreaterThan(SCENARIOS / 10);
  }

  private static List<Example> fresh(Mix mix, long window) {
    return mix.examples(window).stream().filter(e -> e.getReplayOf() == null).toList();
  }

  private static long tokens(List<Example> examples) {
    return examples.stream().mapToLong(Example::getEstimatedTokens).sum();
  }

  private static Map<String, Integer> perSkill(List<Example> examples) {
    Map<String, Integer> perSkill = new HashMap<>();
    examples.forEach(e -> perSkill.merge(e.getSkill(), 1, Integer::sum));
    return perSkill;
  }

  /** What is replayed was trained before, in a window that was not put into quarantine. */
  @ParameterizedTest
  @MethodSource("seeds")
  void onlyTrainedExamplesAreReplayed(long seed) {
    Mix mix = new Mix();
    Map<Long, List<Example>> trained = new HashMap<>();
    int replays = 0;
    for (LedgerEntry entry : RandomLedger.of(seed, ENTRIES)) {
      Set<Long> open = open(mix);
      if (entry.getEntry() instanceof Outcome outcome) {
        if (outcome.getStatus() == OutcomeStatus.QUARANTINED) {
          trained.remove(outcome.getWindowId());
        } else if (open.contains(outcome.getWindowId())) {
          trained.put(outcome.getWindowId(), fresh(mix, outcome.getWindowId()));
        }
      }
      int before = mix.written.size();
      mix.fold(entry);
      for (Example example : examples(mix.written.subList(before, mix.written.size()))) {
        Long first = example.getReplayOf();
        if (first != null) {
          replays++;
          assertThat(requireNonNull(trained.get(first)))
              .anyMatch(
                  e ->
                      e.getPairId().equals(example.getPairId())
                          && e.getTarget().equals(example.getTarget()));
        }
      }
      Policy policy = mix.state().getPolicy();
      if (policy != null) {
        int most = policy.getReplay().getReservoirExamples();
        assertThat(mix.kept().values()).allMatch(n -> n <= most);
      }
    }
    replayed += replays;
  }

  /** What was erased is in no later window, unless it was produced again. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatWasErasedIsInNoLaterWindow(long seed) {
    Mix mix = new Mix();
    Set<String> gone = new HashSet<>();
    for (LedgerEntry entry : RandomLedger.of(seed, ENTRIES)) {
      if (entry.getEntry() instanceof Command command && command.getKind() == CommandKind.ERASE) {
        gone.add(command.getArgument());
      } else if (entry.getEntry() instanceof Candidate candidate) {
        gone.remove(candidate.getPairId());
      } else if (entry.getEntry() instanceof Probe probe) {
        gone.remove(probe.getPairId());
      }
      int before = mix.written.size();
      mix.fold(entry);
      for (Object record : mix.written.subList(before, mix.written.size())) {
        if (record instanceof Example example) {
          assertThat(gone).doesNotContain(example.getPairId());
        } else if (record instanceof WindowOpen open) {
          assertThat(open.getNewProbes()).noneMatch(probe -> gone.contains(probe.getPairId()));
        }
      }
    }
    mix.answers.forEach(
        answer -> answer.getCounts().forEach((place, n) -> ERASED.merge(place, n, Long::sum)));
  }

  private static final Map<String, Long> ERASED = new HashMap<>();

  @AfterAll
  static void somethingWasErasedFromEverywhere() {
    assertThat(ERASED).hasSize(4).allSatisfy((place, n) -> assertThat(n).isPositive());
  }

  private static List<Example> examples(List<Object> records) {
    return records.stream().filter(Example.class::isInstance).map(Example.class::cast).toList();
  }

  private static int replayed;

  @AfterAll
  static void somethingWasReplayed() {
    assertThat(replayed).isGreaterThan(8 * SCENARIOS);
  }

  private static Set<Long> open(Mix mix) {
    return mix.state().getOpen().stream().map(OpenWindow::getWindowId).collect(Collectors.toSet());
  }

  /** Whether more waited before the first of the entry's last windows than may wait for a quota. */
  private static boolean crowded(Mix mix, Policy policy, List<WindowClose> last) {
    int waiting =
        mix.store.pooled()
            + last.stream().mapToInt(close -> fresh(mix, close.getWindowId()).size()).sum();
    return waiting >= Planner.CROWDED_WINDOWS * policy.getWindowExamples()
        || mix.state().getCandidates().keySet().stream()
            .anyMatch(skill -> waiting(mix, skill, last) >= policy.getPoolExamples());
  }

  private static int waiting(Mix mix, String skill, List<WindowClose> last) {
    return mix.store.pooled(skill)
        + last.stream().mapToInt(close -> taken(mix, close, skill)).sum();
  }

  private static int taken(Mix mix, WindowClose close, String skill) {
    return perSkill(fresh(mix, close.getWindowId())).getOrDefault(skill, 0);
  }

  private static long lastOutcome(MixState state, WindowClose close) {
    return state.getOpen().stream()
        .mapToLong(w -> w.getWindowId() - 1)
        .min()
        .orElse(close.getWindowId() - 1);
  }

  /** Open, examples in order, close; ids without gaps; nothing between but controls. */
  private static void assertThatWindowsAreWhole(Mix mix) {
    List<Example> examples = new ArrayList<>();
    long next = 1;
    boolean inside = false;
    for (Object record : mix.written) {
      if (record instanceof WindowOpen open) {
        assertThat(inside).isFalse();
        inside = true;
        assertThat(open.getWindowId()).isEqualTo(next);
        examples.clear();
      } else if (record instanceof Example example) {
        assertThat(example.getIndex()).isEqualTo(examples.size());
        assertThat(example.getWindowId()).isEqualTo(next);
        examples.add(example);
      } else if (record instanceof WindowClose close) {
        assertThat(close.getDigest()).isEqualTo(WindowDigest.of(examples));
        assertThat(examples).hasSize(close.getExamples());
        assertThat(close.getPerSkill()).isEqualTo(perSkill(examples));
        inside = false;
        next++;
      } else {
        assertThat(record).isInstanceOf(Control.class);
        assertThat(inside).isFalse();
      }
    }
    assertThat(inside).isFalse();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aReplayWritesTheSameBytesThroughAnyRestarts(long seed) {
    List<LedgerEntry> ledger = RandomLedger.of(seed, ENTRIES);
    Mix straight = new Mix();
    Mix restarted = new Mix();
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(-seed);
    for (LedgerEntry entry : ledger) {
      straight.fold(entry);
      if (random.nextInt(20) == 0) {
        restarted.restart();
      }
      restarted.fold(entry);
    }
    assertThat(straight.bytes).isNotEmpty();
    assertThat(restarted.bytes.size()).isEqualTo(straight.bytes.size());
    for (int i = 0; i < straight.bytes.size(); i++) {
      assertThat(restarted.bytes.get(i)).isEqualTo(straight.bytes.get(i));
    }
    assertThat(restarted.state()).isEqualTo(straight.state());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aFlushEmptiesThePoolsAndEndsWithOneControl(long seed) {
    Mix mix = new Mix();
    RandomLedger.of(seed, ENTRIES).forEach(mix::fold);
    int before = mix.written.size();
    mix.fold(Ledger.command("the end", CommandKind.FLUSH));
    while (!mix.state().getOpen().isEmpty()) {
      mix.fold(Ledger.trained(mix.state().getOpen().get(0).getWindowId()));
    }
    assertThat(mix.store.pooled()).isZero();
    List<Object> after = mix.written.subList(before, mix.written.size());
    Control end = new Control("the end", CommandKind.FLUSH, null);
    assertThat(after.stream().filter(end::equals)).hasSize(1);
    // Outcomes of its last windows may end a DMT cycle, in which nothing is left to train.
    assertThat(after.subList(after.indexOf(end) + 1, after.size()))
        .allMatch(r -> r instanceof Control c && c.getKind() == CommandKind.CYCLE);
    assertThat(mix.state().getFlushes()).isEmpty();
  }

  /** Which examples are trained in the end does not depend on the order they came in. */
  @ParameterizedTest
  @MethodSource("seeds")
  void theSumsDoNotDependOnTheOrderOfCandidates(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    List<LedgerEntry> candidates = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      candidates.add(Ledger.candidate("c" + i, "s" + random.nextInt(4), 1 + i % 30, false));
    }
    Set<Object> first = trained(candidates);
    ListSampler.shuffle(random, candidates);
    assertThat(trained(candidates)).hasSize(150).isEqualTo(first);
  }

  private static Set<Object> trained(List<LedgerEntry> candidates) {
    Mix mix = Mix.under(Ledger.policy(16, Map.of("s0", 5, "s1", 3, "s2", 1, "s3", 1)));
    candidates.forEach(mix::fold);
    mix.fold(Ledger.command("f", CommandKind.FLUSH));
    for (int window = 1; mix.queued() > 0; window++) {
      mix.fold(Ledger.trained(window));
    }
    assertThat(mix.state().getTrained()).isEqualTo(mix.examples().size());
    return mix.examples().stream().map(Example::getPairId).collect(Collectors.toSet());
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
