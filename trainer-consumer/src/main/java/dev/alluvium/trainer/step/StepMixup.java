package dev.alluvium.trainer.step;

import ai.djl.ndarray.NDManager;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.MixedEntropy;
import dev.alluvium.trainer.loss.MixedRows;
import dev.alluvium.trainer.mixup.MixedPair;
import dev.alluvium.trainer.mixup.Pairing;
import dev.alluvium.trainer.step.StepReport.Mixed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * SFTMix in one optimizer step, batch after batch. Over a batch losses are averaged by token. The
 * batches of a step weigh by the tokens that they mix on average, because how many it will be in
 * all is known only after the last of them.
 */
final class StepMixup implements Regulariser {
  private final MixedEntropy loss;
  private final Pairing pairing;
  private final double expected;
  private Mixed mixed = Mixed.NONE;
  private double weighted;

  StepMixup(MixedEntropy loss, Pairing pairing, List<Batch> batches) {
    this.loss = loss;
    this.pairing = pairing;
    this.expected = batches.stream().mapToDouble(pairing::expectedTokens).sum();
  }

  @Override
  public boolean backward(NDManager scope, BatchStates states) {
    Batch batch = states.batch();
    double[] means = means(batch, states.nll());
    mixed = mixed.plus(new Mixed(0, 0, 0, byOrigin(batch, means)));
    List<MixedPair> pairs = pairing.pairs(batch, means, states.draw());
    if (pairs.isEmpty()) {
      return true;
    }
    MixedRows rows = rows(batch, pairs);
    double weight = pairing.mu() * pairing.expectedTokens(batch) / expected / rows.size();
    double sum = loss.backward(scope, states.h(), batch.targets(), rows, weight, states.gradient());
    weighted += weight * sum;
    mixed = mixed.plus(new Mixed(pairs.size(), rows.size(), sum, Map.of()));
    return Double.isFinite(sum);
  }

  @Override
  public double weighted() {
    return weighted;
  }

  Mixed mixed() {
    return mixed;
  }

  private static double[] means(Batch batch, float[] nll) {
    double[] means = new double[batch.size()];
    for (int n = 0; n < nll.length; n++) {
      int b = batch.exampleOfRow(n);
      means[b] += (double) nll[n] / batch.trainedTokens(b);
    }
    return means;
  }

  private static Map<Integer, Double> byOrigin(Batch batch, double[] means) {
    Map<Integer, Double> losses = new HashMap<>();
    for (int b = 0; b < means.length; b++) {
      losses.put(batch.origin(b), means[b]);
    }
    return losses;
  }

  /**
   * The n-th trained token of the one meets the n-th of the other, up to the end of the shorter.
   */
  private static MixedRows rows(Batch batch, List<MixedPair> pairs) {
    int size = pairs.stream().mapToInt(pair -> length(batch, pair)).sum();
    int[] first = new int[size];
    int[] second = new int[size];
    float[] shares = new float[size];
    int at = 0;
    for (MixedPair pair : pairs) {
      for (int n = 0; n < length(batch, pair); n++) {
        first[at] = batch.firstRow(pair.confident()) + n;
        second[at] = batch.firstRow(pair.unconfident()) + n;
        shares[at++] = pair.share();
      }
    }
    return new MixedRows(first, second, shares);
  }

  private static int length(Batch batch, MixedPair pair) {
    return Math.min(batch.trainedTokens(pair.confident()), batch.trainedTokens(pair.unconfident()));
  }
}
