package dev.alluvium.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.cli.suite.skill.Level;
import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
import dev.alluvium.cli.suite.skill.Split;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartsTest {
  private static final int BASE = 6000;
  private static final Set<String> OLD =
      Skills.OLD.stream().map(Skill::name).collect(Collectors.toSet());
  private static final Set<String> NEW =
      Skills.NEW.stream().map(Skill::name).collect(Collectors.toSet());

  @ParameterizedTest
  @ValueSource(longs = {1, 9})
  void theBaseIsMixedAsPlanned(long seed) {
    List<Entry> base = new Parts(seed).base().limit(BASE).toList();
    assertShare(base, 0.55, e -> OLD.contains(e.skill()) && e.wording() == Wording.A);
    assertShare(base, 0.05, e -> OLD.contains(e.skill()) && e.wording() == Wording.B);
    assertShare(base, 0.14, e -> NEW.contains(e.skill()));
    assertShare(base, 0.20, e -> e.skill().equals("rewrite"));
    assertShare(base, 0.06, e -> e.skill().equals("wrap"));
    for (String old : OLD) {
      assertShare(base, 0.12, e -> e.skill().equals(old));
    }
    assertThat(base)
        .filteredOn(e -> NEW.contains(e.skill()))
        .allMatch(e -> e.level() == Level.EASY);
    assertThat(base).noneMatch(e -> e.response().contains("result"));
    assertThat(base).noneMatch(e -> e.instruction().contains("result"));
    assertThat(base)
        .filteredOn(e -> !OLD.contains(e.skill()))
        .allMatch(e -> e.wording() == Wording.A);
  }

  /** Within five standard deviations of a binomial count. */
  private static void assertShare(List<Entry> entries, double share, Predicate<Entry> members) {
    double count = entries.stream().filter(members).count();
    double n = entries.size();
    assertThat(count).isBetween(n * share - 5 * sd(share, n), n * share + 5 * sd(share, n));
  }

  private static double sd(double share, double n) {
    return Math.sqrt(n * share * (1 - share));
  }

  @ParameterizedTest
  @CsvSource({"subtract, 500, 85", "program, 700, 371", "stone, 340, 82"})
  void streamsAreAsHardAsPlanned(String name, int hard, int foreign) {
    List<Entry> stream = new Parts(4).stream(Skills.named(name), 1000);
    assertThat(stream).hasSize(1000).allMatch(e -> e.skill().equals(name));
    assertThat(stream).filteredOn(e -> e.level() == Level.HARD).hasSize(hard);
    assertThat(stream).filteredOn(e -> e.wording() == Wording.C).hasSize(foreign);
    assertThat(stream).filteredOn(e -> e.wording() == Wording.A).isEmpty();
    assertThat(stream)
        .filteredOn(e -> e.wording() == Wording.C)
        .allMatch(e -> e.level() == Level.HARD);
    assertThat(stream.stream().map(Entry::instruction)).doesNotHaveDuplicates();
    // shuffled: the first half is about as hard as the second
    assertThat(stream.subList(0, 500).stream().filter(e -> e.level() == Level.HARD).count())
        .isBetween(hard / 2 - 60L, hard / 2 + 60L);
  }

  @Test
  void moreThanThereIsIsRefused() {
    assertThatThrownBy(() -> new Parts(4).stream(Skills.named("stone"), 1001))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only 1000 of them are different");
  }

  /** What a problem is, apart from how it is asked: the rewriting of a problem is that problem. */
  private static Stream<String> problems(List<Entry> entries) {
    return entries.stream()
        .filter(e -> !e.of().equals("code")) // knowledge is probed where it was taught
        .map(e -> e.of() + " " + e.instruction().replaceFirst(" rewrite: .*", ""));
  }

  @Test
  void noProblemServesTwoPurposesWhateverTheSeeds() {
    Map<String, String> uses = new HashMap<>();
    for (long seed : new long[] {1, 2}) {
      Parts parts = new Parts(seed);
      use(uses, "base", parts.base().limit(20_000).toList());
      for (Skill skill : Skills.NEW) {
        use(uses, "stream", parts.stream(skill, 500));
      }
      use(uses, "stream", parts.stream(Skills.GENERAL, 300));
      use(uses, "validation", parts.heldOut(Split.VALIDATION, 200));
      use(uses, "validation", parts.rewriting(Split.VALIDATION, 200));
      use(uses, "probe", parts.heldOut(Split.PROBE, 200));
      use(uses, "probe", parts.rewriting(Split.PROBE, 200));
    }
    assertThat(Set.copyOf(uses.values())).hasSize(4);
  }

  private static void use(Map<String, String> uses, String purpose, List<Entry> entries) {
    problems(entries)
        .forEach(
            problem ->
                assertThat(uses.putIfAbsent(problem, purpose)).as(problem).isIn(null, purpose));
  }

  @Test
  void heldOutKnowledgeIsAskedOfOtherNamesInEachSplit() {
    Set<String> validation = codes(Split.VALIDATION);
    assertThat(validation).hasSize(300).doesNotContainAnyElementsOf(codes(Split.PROBE));
  }

  private static Set<String> codes(Split split) {
    return new Parts(1)
        .heldOut(split, 500).stream()
            .filter(e -> e.skill().equals("code"))
            .map(Entry::instruction)
            .collect(Collectors.toSet());
  }

  @Test
  void heldOutProblemsAreAsHardAsTheStreams() {
    List<Entry> probes = new Parts(3).heldOut(Split.PROBE, 100);
    Map<String, Long> hard =
        probes.stream()
            .filter(e -> e.level() == Level.HARD)
            .collect(Collectors.groupingBy(Entry::skill, Collectors.counting()));
    assertThat(hard).isEqualTo(Map.of("subtract", 50L, "program", 70L, "stone", 34L));
    assertThat(probes).hasSize(900);
  }

  @Test
  void aSeedGivesTheSameEntriesAndAPrefixOfALongerRun() {
    assertThat(new Parts(5).base().limit(50).toList())
        .isEqualTo(new Parts(5).base().limit(80).toList().subList(0, 50))
        .isNotEqualTo(new Parts(6).base().limit(50).toList());
    Set<String> differ = new HashSet<>();
    for (long seed : new long[] {1, 2, 3}) {
      differ.add(new Parts(seed).stream(Skills.named("subtract"), 20).toString());
    }
    assertThat(differ).hasSize(3);
  }
}
