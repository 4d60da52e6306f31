package dev.alluvium.trainer.batch;

import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    return assemble(
        examples, IntStream.range(0, examples.size()).mapToObj(List::of).toList(), seed);
  }

  /**
   * The same, with some of them in one batch.
   *
   * @param together every place in the list once, each with those that are to be in its batch; they
   *     are parted where the budget is too small for them
   */
  public List<Batch> assemble(
      List<TokenizedExample> examples, List<List<Integer>> together, long seed) {
    List<List<Integer>> byLength =
        together.stream()
            .flatMap(some -> parted(examples, some))
            .sorted(Comparator.comparingInt(some -> longest(examples, some)))
            .toList();
    List<Batch> batches = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    for (List<Integer> some : byLength) {
      int length = longest(examples, some);
      if (length > tokenBudget) {
        throw new IllegalArgumentException(
            "example %d has %d tokens, more than a batch may hold: shorten it, or raise batch.tokens, which is %d"
                .formatted(some.get(0), length, tokenBudget));
      }
      if ((long) (open.size() + some.size()) * length > tokenBudget) {
        batches.add(batch(examples, open));
        open.clear();
      }
      open.addAll(some);
    }
    if (!open.isEmpty()) {
      batches.add(batch(examples, open));
    }
    ListSampler.shuffle(RandomSource.XO_RO_SHI_RO_128_PP.create(seed), batches);
    return batches;
  }

  private Stream<List<Integer>> parted(List<TokenizedExample> examples, List<Integer> some) {
    return (long) some.size() * longest(examples, some) > tokenBudget
        ? some.stream().map(List::of)
        : Stream.of(some);
  }

  private static int longest(List<TokenizedExample> examples, List<Integer> some) {
    return some.stream().mapToInt(i -> examples.get(i).length()).max().orElseThrow();
  }

  private static Batch batch(List<TokenizedExample> examples, List<Integer> members) {
    return new Batch(members.stream().map(examples::get).toList(), members);
  }
}
