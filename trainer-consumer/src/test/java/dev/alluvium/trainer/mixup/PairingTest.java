package dev.alluvium.trainer.mixup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.batch.BatchAssembler;
import dev.alluvium.trainer.text.TokenizedExample;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who is mixed with whom, and by how much. */
class PairingTest {
  private static final int DRAWS = 2000;

  @Test
  void eachPairHasOneOfTheKnownHalfAndOneOfTheOther() {
    double[] loss = {5, 1, 3, 2, 6, 4};
    for (long draw = 0; draw < 20; draw++) {
      List<MixedPair> pairs = pairing(Split.BATCH, Scope.SKILL, 6).pairs(batch(6), loss, draw);
      assertThat(pairs.stream().map(MixedPair::confident)).containsExactlyInAnyOrder(1, 2, 3);
      assertThat(pairs.stream().map(MixedPair::unconfident)).containsExactlyInAnyOrder(0, 4, 5);
    }
  }

  @Test
  void partnersAreDrawn() {
    double[] loss = {5, 1, 3, 2, 6, 4};
    Set<Integer> partners = new HashSet<>();
    for (long draw = 0; draw < 50; draw++) {
      partners.add(
          pairing(Split.BATCH, Scope.SKILL, 6).pairs(batch(6), loss, draw).stream()
              .filter(pair -> pair.confident() == 1)
              .findFirst()
              .orElseThrow()
              .unconfident());
    }
    assertThat(partners).containsExactlyInAnyOrder(0, 4, 5);
  }

  @Test
  void theMiddleOfAnOddNumberIsLeftOutAndOneAloneIsNotMixed() {
    List<MixedPair> odd =
        pairing(Split.BATCH, Scope.SKILL, 3).pairs(batch(3), new double[] {3, 2, 1}, 0);
    assertThat(odd).hasSize(1);
    assertThat(odd.get(0).confident()).isEqualTo(2);
    assertThat(odd.get(0).unconfident()).isZero();
    assertThat(pairing(Split.BATCH, Scope.SKILL, 1).pairs(batch(1), new double[] {1}, 0)).isEmpty();
  }

  @Test
  void skillsAreNotMixedUnlessTheScopeIsGlobal() {
    List<String> skills = List.of("math", "chat", "math", "chat", "code");
    double[] loss = {1, 10, 2, 20, 5};
    Batch batch = batch(5);
    Pairing bySkill = pairing(mixture(Split.BATCH, Scope.SKILL), skills);
    assertThat(bySkill.pairs(batch, loss, 3))
        .extracting(MixedPair::confident, MixedPair::unconfident)
        .containsExactlyInAnyOrder(tuple(0, 2), tuple(1, 3));
    Pairing global = pairing(mixture(Split.BATCH, Scope.GLOBAL), skills);
    assertThat(global.pairs(batch, loss, 3))
        .allMatch(pair -> Set.of(0, 2).contains(pair.confident()))
        .allMatch(pair -> Set.of(1, 3).contains(pair.unconfident()))
        .hasSize(2);
  }

  /**
   * Five are known, whose middle one is place 2; 5 to 7 are not, of which 7 has the middle loss.
   */
  @Test
  void whatIsRememberedTellsTheHalvesOfAWindowAndTheLossThoseOfTheRest() {
    Mixture mixture = mixture(Split.WINDOW, Scope.SKILL);
    List<OptionalDouble> confidence =
        Stream.of(-1.0, -9.0, -3.0, -2.0, -8.0, Double.NaN, Double.NaN, Double.NaN)
            .map(c -> c.isNaN() ? OptionalDouble.empty() : OptionalDouble.of(c))
            .toList();
    Halves halves = Halves.of(mixture, Collections.nCopies(8, "math"), confidence);
    double[] loss = {9, 1, 5, 9, 1, 2, 4, 3};
    for (long draw = 0; draw < 20; draw++) {
      List<MixedPair> pairs = new Pairing(mixture, halves).pairs(batch(8), loss, draw);
      assertThat(pairs.subList(0, 2))
          .allMatch(pair -> Set.of(0, 3).contains(pair.confident()))
          .allMatch(pair -> Set.of(1, 4).contains(pair.unconfident()));
      assertThat(pairs.subList(2, pairs.size()))
          .extracting(MixedPair::confident, MixedPair::unconfident)
          .containsExactly(tuple(5, 6));
    }
  }

  @Test
  void bothHalvesOfAWindowComeIntoEveryBatch() {
    Mixture mixture = mixture(Split.WINDOW, Scope.SKILL);
    List<TokenizedExample> examples =
        IntStream.range(0, 40).mapToObj(i -> example(i * 7 % 40)).toList();
    List<String> skills =
        IntStream.range(0, 40).mapToObj(i -> i % 3 == 0 ? "code" : "math").toList();
    // The long ones are the unconfident ones: by length alone most batches would have one half.
    List<OptionalDouble> confidence =
        examples.stream().map(example -> OptionalDouble.of(-example.length())).toList();
    Halves halves = Halves.of(mixture, skills, confidence);
    List<Batch> batches =
        new BatchAssembler(120)
            .assemble(examples, halves.together(i -> examples.get(i).length()), 3);

    assertThat(batches.stream().flatMap(PairingTest::places).sorted())
        .containsExactlyElementsOf(IntStream.range(0, 40).boxed().toList());
    assertThat(batches).hasSizeGreaterThan(5);
    Pairing pairing = new Pairing(mixture, halves);
    int mixed = 0;
    for (Batch batch : batches) {
      assertThat((long) batch.size() * batch.length()).isLessThanOrEqualTo(120);
      mixed += pairing.pairs(batch, new double[batch.size()], 1).size();
    }
    assertThat(mixed).as("14 of code and 26 of math").isEqualTo(7 + 13);
  }

  private static Stream<Integer> places(Batch batch) {
    return IntStream.range(0, batch.size()).mapToObj(batch::origin);
  }

  @Test
  void aRandomSplitDoesNotLookAtTheLosses() {
    Pairing pairing = pairing(Split.RANDOM, Scope.SKILL, 4);
    double[] loss = {1, 2, 3, 4};
    double[] other = {4, 3, 2, 1};
    Set<Integer> confident = new HashSet<>();
    for (long draw = 0; draw < 50; draw++) {
      List<MixedPair> pairs = pairing.pairs(batch(4), loss, draw);
      assertThat(pairs).isEqualTo(pairing.pairs(batch(4), other, draw)).hasSize(2);
      pairs.forEach(pair -> confident.add(pair.confident()));
    }
    assertThat(confident).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void theSameDrawIsTheSameAndOthersDiffer() {
    double[] loss = {5, 1, 3, 2, 6, 4};
    List<MixedPair> first = pairing(Split.BATCH, Scope.SKILL, 6).pairs(batch(6), loss, 7);
    assertThat(pairing(Split.BATCH, Scope.SKILL, 6).pairs(batch(6), loss, 7)).isEqualTo(first);
    assertThat(pairing(Split.BATCH, Scope.SKILL, 6).pairs(batch(6), loss, 8)).isNotEqualTo(first);
    Mixture otherSeed = new Mixture(0.2, 0.5, Split.BATCH, Scope.SKILL, 2);
    assertThat(pairing(otherSeed, Collections.nCopies(6, "math")).pairs(batch(6), loss, 7))
        .isNotEqualTo(first);
  }

  /** Beta(a, a) has mean 1/2 and variance 1 / (4 (2a + 1)). */
  @Test
  void partsAreDrawnFromTheBetaDistribution() {
    Pairing pairing = pairing(Split.BATCH, Scope.SKILL, 2);
    double[] shares =
        IntStream.range(0, DRAWS)
            .mapToDouble(draw -> pairing.pairs(batch(2), new double[] {1, 2}, draw).get(0).share())
            .toArray();
    double mean = Arrays.stream(shares).average().orElseThrow();
    double variance = Arrays.stream(shares).map(s -> (s - mean) * (s - mean)).sum() / DRAWS;
    assertThat(mean).isCloseTo(0.5, within(0.03));
    assertThat(variance).isCloseTo(1 / 8.0, within(0.01));
    assertThat(Arrays.stream(shares)).allMatch(share -> share >= 0 && share <= 1);
  }

  @Test
  void expectedTokensAreTheMeanOverAllWaysToPair() {
    Batch batch = batch(5);
    Pairing pairing = pairing(Split.RANDOM, Scope.SKILL, 5);
    double mean =
        IntStream.range(0, DRAWS)
            .mapToDouble(
                draw ->
                    pairing.pairs(batch, new double[5], draw).stream()
                        .mapToInt(
                            pair ->
                                Math.min(
                                    batch.trainedTokens(pair.confident()),
                                    batch.trainedTokens(pair.unconfident())))
                        .sum())
            .average()
            .orElseThrow();
    // lengths 1 to 5: the shorter of two is 2 on average, and there are two pairs
    assertThat(pairing.expectedTokens(batch)).isEqualTo(4.0);
    assertThat(mean).isCloseTo(4.0, within(0.1));
    assertThat(pairing.expectedTokens(batch(1))).isZero();
  }

  private static Pairing pairing(Split split, Scope scope, int examples) {
    return pairing(mixture(split, scope), Collections.nCopies(examples, "math"));
  }

  private static Pairing pairing(Mixture mixture, List<String> skills) {
    List<OptionalDouble> nothing = Collections.nCopies(skills.size(), OptionalDouble.empty());
    return new Pairing(mixture, Halves.of(mixture, skills, nothing));
  }

  private static Mixture mixture(Split split, Scope scope) {
    return new Mixture(0.2, 0.5, split, scope, 1);
  }

  /** Examples of 1, 2, 3, ... trained tokens. */
  private static Batch batch(int examples) {
    return Batch.of(IntStream.range(0, examples).mapToObj(PairingTest::example).toList());
  }

  private static TokenizedExample example(int i) {
    int[] ids = new int[i + 3];
    boolean[] trained = new boolean[i + 3];
    Arrays.fill(trained, 2, i + 3, true);
    return new TokenizedExample(ids, trained);
  }
}
