package dev.alluvium.trainer.pretrain;

import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Cuts the texts into sequences of one length, in an order that is a pure function of the seed: a
 * resumed run needs no more than the number of the step.
 *
 * <p>In every pass the texts are shuffled, joined and cut. Neighbouring sequences share one token,
 * which ends the one as a target and starts the other as context, so that every token is trained
 * once. What is left at the end of a pass, less than a sequence, is dropped.
 */
final class SequenceOrder {
  private final List<int[]> texts;
  private final int length;
  private final long seed;
  private final long perPass;

  private long pass = -1;
  private int[] tokens = new int[0];
  private int[] order = new int[0];

  /**
   * @param texts token ids, each with its end
   * @param length tokens in a sequence, 2 or more
   */
  SequenceOrder(List<int[]> texts, int length, long seed) {
    this.texts = texts;
    this.length = length;
    this.seed = seed;
    long total = texts.stream().mapToLong(ids -> ids.length).sum();
    this.perPass = (total - 1) / (length - 1);
    if (perPass < 1) {
      throw new IllegalArgumentException(
          "pretraining: the texts have " + total + " tokens: expected a sequence of " + length);
    }
  }

  /** Sequences in one pass over the texts. */
  long perPass() {
    return perPass;
  }

  /** The sequences {@code first} (counted over all passes) to {@code first + count}, exclusive. */
  List<TokenizedExample> sequences(long first, int count) {
    List<TokenizedExample> sequences = new ArrayList<>();
    boolean[] trained = new boolean[length];
    Arrays.fill(trained, 1, length, true);
    for (long index = first; index < first + count; index++) {
      shuffleFor(index / perPass);
      int start = order[(int) (index % perPass)] * (length - 1);
      sequences.add(
          new TokenizedExample(Arrays.copyOfRange(tokens, start, start + length), trained));
    }
    return sequences;
  }

  private void shuffleFor(long wanted) {
    if (wanted == pass) {
      return;
    }
    UniformRandomProvider random =
        RandomSource.XO_RO_SHI_RO_128_PP.create(seed * 0x9E3779B97F4A7C15L + wanted);
    int[] textOrder = shuffled(texts.size(), random);
    tokens = IntStream.of(textOrder).mapToObj(texts::get).flatMapToInt(IntStream::of).toArray();
    order = shuffled((int) perPass, random);
    pass = wanted;
  }

  private static int[] shuffled(int size, UniformRandomProvider random) {
    int[] order = PermutationSampler.natural(size);
    PermutationSampler.shuffle(random, order);
    return order;
  }
}
