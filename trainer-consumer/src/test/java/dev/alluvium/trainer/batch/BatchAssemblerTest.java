package dev.alluvium.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchAssemblerTest {
  private static TokenizedExample example(int... ids) {
    boolean[] trained = new boolean[ids.length];
    trained[ids.length - 1] = true;
    return new TokenizedExample(ids, trained);
  }

  private static List<TokenizedExample> randomExamples(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    return IntStream.range(0, 100)
        .mapToObj(i -> example(random.ints(2 + random.nextInt(40), 1, 99).toArray()))
        .toList();
  }

  private static List<List<Integer>> origins(List<Batch> batches) {
    return batches.stream()
        .map(b -> IntStream.range(0, b.size()).map(b::origin).boxed().toList())
        .toList();
  }

  @Test
  void padsOnTheRightAndPointsAtTheStateBeforeEachTrainedToken() {
    TokenizedExample longer =
        new TokenizedExample(new int[] {5, 6, 7, 8}, new boolean[] {false, true, false, true});
    Batch batch = Batch.of(List.of(longer, example(3, 4)));
    assertThat(batch.ids()).containsExactly(5, 6, 7, 8, 3, 4, 0, 0);
    assertThat(batch.rows()).containsExactly(0, 2, 4);
    assertThat(batch.targets()).containsExactly(6, 8, 4);
    assertThat(IntStream.range(0, 3).map(batch::exampleOfRow)).containsExactly(0, 0, 1);
    assertThat(batch.tokens()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyExampleOnceWithinTheBudgetAndOfSimilarLength(long seed) {
    List<TokenizedExample> examples = randomExamples(seed);
    List<Batch> batches = new BatchAssembler(128).assemble(examples, seed);
    assertThat(origins(batches).stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).boxed().toList());
    int padded = 0;
    int tokens = 0;
    for (Batch batch : batches) {
      assertThat(batch.size() * batch.length()).isLessThanOrEqualTo(128);
      padded += batch.size() * batch.length();
      tokens += batch.tokens();
    }
    assertThat((double) tokens / padded).isGreaterThan(0.9);
  }

  @Test
  void theSeedDecidesTheOrderOfBatchesAndNothingElse() {
    List<TokenizedExample> examples = randomExamples(9);
    BatchAssembler assembler = new BatchAssembler(128);
    List<List<Integer>> first = origins(assembler.assemble(examples, 1));
    List<List<Integer>> second = origins(assembler.assemble(examples, 2));
    assertThat(origins(assembler.assemble(examples, 1))).isEqualTo(first);
    assertThat(second).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
    List<Integer> flat = new ArrayList<>();
    first.stream().filter(b -> b.size() > 1).findFirst().ifPresent(flat::addAll);
    assertThat(flat.stream().map(i -> examples.get(i).length()).toList()).isSorted();
  }

  @Test
  void anExampleBeyondTheBudgetIsRefusedByPlaceAndSize() {
    assertThatThrownBy(
            () -> new BatchAssembler(4).assemble(List.of(example(1, 2), example(1, 2, 3, 4, 5)), 0))
        .hasMessageContaining("example 1 has 5 tokens")
        .hasMessageContaining("batch.tokens, which is 4");
  }

  @Test
  void noExamplesMakeNoBatches() {
    assertThat(new BatchAssembler(4).assemble(List.of(), 0)).isEmpty();
  }
}
