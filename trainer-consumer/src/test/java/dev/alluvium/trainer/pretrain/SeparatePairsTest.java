package dev.alluvium.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeparatePairsTest {
  private static final Schedule SCHEDULE = new Schedule(10, 20, 40, 4000, 1e-3, 0);

  /** Pairs of 3 to 7 tokens, 5 on average; the first token says which, the last two are trained. */
  private static List<TokenizedExample> pairs(int count) {
    List<TokenizedExample> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = 3 + i % 5;
      int[] ids = new int[length];
      Arrays.fill(ids, i);
      boolean[] trained = new boolean[length];
      trained[length - 1] = true;
      trained[length - 2] = true;
      pairs.add(new TokenizedExample(ids, trained));
    }
    return pairs;
  }

  private static List<Integer> firstTokens(List<Batch> batches) {
    List<Integer> tokens = new ArrayList<>();
    for (Batch batch : batches) {
      long[] ids = batch.ids();
      for (int b = 0; b < batch.size(); b++) {
        tokens.add((int) ids[b * batch.length()]);
      }
    }
    return tokens;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void trainsEveryPairOnceInAPass(long seed) {
    SeparatePairs order = new SeparatePairs(pairs(20), SCHEDULE, seed);
    assertThat(order.perStep()).isEqualTo(8); // 40 tokens, 5 each
    List<Integer> tokens = new ArrayList<>();
    for (long step = 0; step < 5; step++) { // 40 pairs: two passes
      List<Batch> batches = order.batches(step);
      tokens.addAll(firstTokens(batches));
      for (Batch batch : batches) {
        assertThat(batch.size() * batch.length()).isLessThanOrEqualTo(20);
        assertThat(batch.trainedTokens()).isEqualTo(2 * batch.size());
      }
    }
    for (int pair = 0; pair < 20; pair++) {
      assertThat(tokens).filteredOn(Integer.valueOf(pair)::equals).hasSize(2);
    }
  }

  @Test
  void isAFunctionOfSeedAndStepAlone() {
    SeparatePairs inOrder = new SeparatePairs(pairs(20), SCHEDULE, 3);
    List<List<Integer>> steps = new ArrayList<>();
    for (long step = 0; step < 12; step++) {
      steps.add(firstTokens(inOrder.batches(step)));
    }
    SeparatePairs other = new SeparatePairs(pairs(20), SCHEDULE, 3);
    for (int step : new int[] {11, 0, 7, 2}) {
      assertThat(firstTokens(other.batches(step))).isEqualTo(steps.get(step));
    }
    assertThat(firstTokens(new SeparatePairs(pairs(20), SCHEDULE, 4).batches(0)))
        .isNotEqualTo(steps.get(0));
    assertThat(steps.get(0)).isNotEqualTo(steps.get(5)); // the next passes are shuffled anew
  }

  @Test
  void refusesToTrainOnNothing() {
    assertThatThrownBy(() -> new SeparatePairs(List.of(), SCHEDULE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none of the records is a pair");
  }
}
