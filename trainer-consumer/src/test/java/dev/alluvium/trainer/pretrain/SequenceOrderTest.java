package dev.alluvium.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceOrderTest {
  /** Texts whose tokens are all different, so that each can be found again. */
  private static List<int[]> texts(int... lengths) {
    List<int[]> texts = new ArrayList<>();
    int next = 0;
    for (int length : lengths) {
      texts.add(IntStream.range(next, next + length).toArray());
      next += length;
    }
    return texts;
  }

  @ParameterizedTest
  @CsvSource({"5, 1", "5, 2", "8, 3", "2, 4", "39, 5"})
  void trainsEveryTokenOnceInAPassButTheFirstAndTheRest(int length, long seed) {
    List<int[]> texts = texts(7, 1, 12, 3, 16);
    SequenceOrder order = new SequenceOrder(texts, length, seed);
    for (int pass = 0; pass < 3; pass++) {
      List<Integer> trained = new ArrayList<>();
      for (TokenizedExample sequence :
          order.sequences(pass * order.perPass(), (int) order.perPass())) {
        assertThat(sequence.length()).isEqualTo(length);
        Arrays.stream(sequence.ids()).skip(1).forEach(trained::add);
      }
      assertThat(trained).doesNotHaveDuplicates().hasSize(38 / (length - 1) * (length - 1));
    }
  }

  @Test
  void isAFunctionOfSeedAndIndexAlone() {
    List<int[]> texts = texts(9, 14, 30, 2);
    SequenceOrder one = new SequenceOrder(texts, 6, 11);
    List<int[]> inOrder = ids(one.sequences(0, 33)); // several passes
    SequenceOrder other = new SequenceOrder(texts, 6, 11);
    for (int index : new int[] {32, 0, 17, 5, 30}) {
      assertThat(ids(other.sequences(index, 1)).get(0)).containsExactly(inOrder.get(index));
    }
    assertThat(ids(new SequenceOrder(texts, 6, 12).sequences(0, 33)))
        .isNotEqualTo(inOrder)
        .anySatisfy(ids -> assertThat(inOrder).noneMatch(known -> Arrays.equals(known, ids)));
  }

  @Test
  void keepsTextsWholeWhileItShufflesThem() {
    SequenceOrder order = new SequenceOrder(texts(10, 10, 10), 30, 3);
    int[] ids = order.sequences(0, 1).get(0).ids();
    for (int text = 0; text < 3; text++) {
      for (int i = 1; i < 10; i++) {
        assertThat(ids[text * 10 + i]).isEqualTo(ids[text * 10 + i - 1] + 1);
      }
    }
  }

  @Test
  void refusesTextsShorterThanASequence() {
    assertThatThrownBy(() -> new SequenceOrder(texts(3, 2), 7, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the texts have 5 tokens");
  }

  private static List<int[]> ids(List<TokenizedExample> sequences) {
    return sequences.stream().map(TokenizedExample::ids).toList();
  }
}
