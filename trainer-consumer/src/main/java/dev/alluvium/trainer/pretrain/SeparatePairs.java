package dev.alluvium.trainer.pretrain;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.batch.BatchAssembler;
import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Steps on whole pairs, each in a row of its own as a stream trains it: every answer is learnt
 * right behind its own question. All steps have the same number of pairs, as many as give the
 * schedule's tokens on average. In every pass the pairs are shuffled anew.
 */
final class SeparatePairs implements StepOrder {
  private final List<TokenizedExample> pairs;
  private final int perStep;
  private final long seed;
  private final BatchAssembler assembler;

  private long pass = -1;
  private int[] order = new int[0];

  SeparatePairs(List<TokenizedExample> pairs, Schedule schedule, long seed) {
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("pretraining: none of the records is a pair to train on");
    }
    double mean = pairs.stream().mapToInt(TokenizedExample::length).average().orElseThrow();
    this.pairs = pairs;
    this.perStep = (int) Math.max(1, Math.round(schedule.stepTokensUsed() / mean));
    this.seed = seed;
    this.assembler = new BatchAssembler(schedule.batchTokens());
  }

  /** Pairs in one optimizer step. */
  int perStep() {
    return perStep;
  }

  @Override
  public List<Batch> batches(long step) {
    List<TokenizedExample> chosen = new ArrayList<>(perStep);
    for (long index = step * perStep; index < (step + 1) * perStep; index++) {
      shuffleFor(index / pairs.size());
      chosen.add(pairs.get(order[(int) (index % pairs.size())]));
    }
    return assembler.assemble(chosen, step);
  }

  private void shuffleFor(long wanted) {
    if (wanted == pass) {
      return;
    }
    order = PermutationSampler.natural(pairs.size());
    PermutationSampler.shuffle(
        RandomSource.XO_RO_SHI_RO_128_PP.create(seed * 0x9E3779B97F4A7C15L + wanted), order);
    pass = wanted;
  }
}
