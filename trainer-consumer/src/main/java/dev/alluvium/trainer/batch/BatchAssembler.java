package dev.alluvium.trainer.batch;

import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.ListSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Groups examples of similar length into batches: stable sort by length, cut at the token budget,
 * then a seeded shuffle of the batches. The same examples, budget and seed give the same batches.
 */
public final class BatchAssembler {
  private final int tokenBudget;

  /**
   * @param tokenBudget most padded tokens (examples times length) in a batch
   */
  public BatchAssembler(int tokenBudget) {
    if (tokenBudget < 1) {
      throw new IllegalArgumentException(
          "batch.tokens is %d: expected 1 or more".formatted(tokenBudget));
    }
    this.tokenBudget = tokenBudget;
  }

  /**
   * Batches that hold every example once.
   *
   * @throws IllegalArgumentException if an example alone exceeds the budget
   */
  public List<Batch> assemble(List<TokenizedExample> examples, long seed) {
    List<Integer> byLength =
        IntStream.range(0, examples.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> examples.get(i).length()))
            .toList();
    List<Batch> batches = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    for (int i : byLength) {
      int length = examples.get(i).length();
      if (length > tokenBudget) {
        throw new IllegalArgumentException(
            "example %d has %d tokens, more than a batch may hold: shorten it, or raise batch.tokens, which is %d"
                .formatted(i, length, tokenBudget));
      }
      if ((long) (open.size() + 1) * length > tokenBudget) {
        batches.add(batch(examples, open));
        open.clear();
      }
      open.add(i);
    }
    if (!open.isEmpty()) {
      batches.add(batch(examples, open));
    }
    ListSampler.shuffle(RandomSource.XO_RO_SHI_RO_128_PP.create(seed), batches);
    return batches;
  }

  private static Batch batch(List<TokenizedExample> examples, List<Integer> members) {
    return new Batch(members.stream().map(examples::get).toList(), members);
  }
}
