package dev.alluvium.trainer.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.CrossEntropy;
import dev.alluvium.trainer.loss.Divergence;
import dev.alluvium.trainer.loss.MixedEntropy;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.loss.TokenLosses;
import dev.alluvium.trainer.mixup.Pairing;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Pass;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.step.StepReport.Mixed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One optimizer step: forward, loss, backward, update. Owned by one thread, the only one that
 * trains with dropout in its process: libtorch draws masks from one generator.
 *
 * <p>A step with a non-finite loss or gradient changes nothing and says so.
 */
public final class TrainingStep {
  /** Room for the batches of a step in the name of a forward pass. */
  private static final int BATCH_BITS = 16;

  private final LanguageModel model;
  private final AdamW optimizer;
  private final Normalise normalise;
  private final int segmentLayers;
  private final CrossEntropy loss;
  private final MixedEntropy mixedLoss;
  private final Divergence divergence;
  private final double pull;

  /** A step that keeps the activations of all layers. */
  public TrainingStep(LanguageModel model, AdamW optimizer, Normalise normalise) {
    this(model, optimizer, normalise, 0);
  }

  /**
   * @param segmentLayers layers whose activations are calculated again together in the backward
   *     pass, which needs less memory and more time; 0 keeps all activations
   */
  public TrainingStep(
      LanguageModel model, AdamW optimizer, Normalise normalise, int segmentLayers) {
    this(model, optimizer, normalise, segmentLayers, 0);
  }

  /**
   * The same, held near the base.
   *
   * @param pull weight of the mean KL from the base beside the loss; 0 for none. Above 0 the model
   *     is an adapter on a frozen base
   */
  public TrainingStep(
      LanguageModel model, AdamW optimizer, Normalise normalise, int segmentLayers, double pull) {
    this.model = model;
    this.optimizer = optimizer;
    this.normalise = normalise;
    this.segmentLayers = segmentLayers;
    this.loss = new CrossEntropy(model);
    this.mixedLoss = new MixedEntropy(model);
    this.divergence = new Divergence(model);
    this.pull = pull;
  }

  /** A step on one batch. */
  public StepReport step(Batch batch, double learningRate) {
    return step(List.of(batch), learningRate);
  }

  /** A step on the sum of several batches, averaged over all of them together. */
  public StepReport step(List<Batch> batches, double learningRate) {
    return step(batches, learningRate, Optional.empty());
  }

  /**
   * The same, with the mixup regulariser of SFTMix.
   *
   * @param pairing what is mixed; nothing if there is none
   */
  public StepReport step(List<Batch> batches, double learningRate, Optional<Pairing> pairing) {
    long tokens = batches.stream().mapToLong(Batch::trainedTokens).sum();
    long examples = batches.stream().mapToLong(Batch::size).sum();
    Optional<StepMixup> mixup = pairing.map(p -> new StepMixup(mixedLoss, p, batches));
    Optional<StepDivergence> held =
        pull == 0 ? Optional.empty() : Optional.of(new StepDivergence(divergence, model, pull));
    List<Regulariser> beside = new ArrayList<>();
    mixup.ifPresent(beside::add);
    held.ifPresent(beside::add);
    double sum = 0;
    double nll = 0;
    for (int i = 0; i < batches.size(); i++) {
      Batch batch = batches.get(i);
      long draw = (optimizer.step() << BATCH_BITS) + i; // no state of its own: the step decides
      TokenLosses losses = backward(batch, weights(batch, tokens, examples), draw, beside);
      sum += losses.weighted();
      for (float value : losses.nll()) {
        nll += value;
      }
    }
    int count = Math.toIntExact(tokens);
    for (Regulariser each : beside) {
      sum += each.weighted();
    }
    Mixed mixed = mixup.map(StepMixup::mixed).orElse(Mixed.NONE);
    double apart = held.map(StepDivergence::sum).orElse(0.0);
    if (!Double.isFinite(sum)) {
      optimizer.discardGradients();
      return new StepReport(sum, nll, count, mixed, apart, Double.NaN, true);
    }
    AdamW.Update update = optimizer.update(learningRate);
    return new StepReport(sum, nll, count, mixed, apart, update.gradientNorm(), !update.applied());
  }

  private float[] weights(Batch batch, long tokens, long examples) {
    float[] weights = new float[batch.trainedTokens()];
    for (int n = 0; n < weights.length; n++) {
      weights[n] =
          (float) normalise.weight(tokens, examples, batch.trainedTokens(batch.exampleOfRow(n)));
    }
    return weights;
  }

  private TokenLosses backward(Batch batch, float[] weights, long draw, List<Regulariser> beside) {
    Kernels kernels = model.kernels();
    try (NDManager scope = kernels.runtime().newScope()) {
      NDArray ids = kernels.upload(scope, batch.ids(), new Shape(batch.size(), batch.length()));
      NDArray rows = kernels.upload(scope, batch.rows(), new Shape(batch.trainedTokens()));
      SegmentedPass pass = new SegmentedPass(scope, model, ids, Pass.train(draw), segmentLayers);
      NDArray hidden = pass.forward();
      NDArray selected = kernels.select(scope, hidden, rows);
      CrossEntropy.Gradient gradient = loss.backward(scope, selected, batch.targets(), weights);
      boolean finite = Double.isFinite(gradient.losses().weighted());
      if (finite && !beside.isEmpty()) {
        float[] nll = gradient.losses().nll();
        BatchStates states =
            new BatchStates(batch, ids, rows, selected, weights, nll, draw, gradient.hidden());
        for (Regulariser each : beside) {
          finite &= each.backward(scope, states);
        }
      }
      if (finite) {
        pass.backward(kernels.selectBack(scope, gradient.hidden(), hidden.getShape(), rows));
      }
      return gradient.losses();
    }
  }
}
