package dev.alluvium.trainer.bench;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.memory.MemoryEstimate;
import dev.alluvium.trainer.memory.ResidentGrowth;
import dev.alluvium.trainer.memory.StepShape;
import dev.alluvium.trainer.mixup.Halves;
import dev.alluvium.trainer.mixup.Mixture;
import dev.alluvium.trainer.mixup.Pairing;
import dev.alluvium.trainer.mixup.Scope;
import dev.alluvium.trainer.mixup.Split;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.step.TrainingStep;
import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/**
 * Optimizer steps of an adapter on random tokens, each beside a pass of plain matrix
 * multiplications at the same shapes.
 */
public final class TrainBench {
  private static final double RATE = 1e-4;

  /** Of SFTMix, as in its paper; without effect on the time. */
  private static final double MU = 0.2;

  private static final double ALPHA = 0.5;

  /** Tokens of a step that is only there to load libraries. */
  private static final int SHORT = 16;

  private TrainBench() {}

  /**
   * What to measure.
   *
   * @param spec the decoder, which gets random weights
   * @param lora the adapter
   * @param batch sequences in a step
   * @param sequence tokens of each; all but the first are trained
   * @param segmentLayers layers whose activations are calculated again together; 0 keeps all
   * @param warmUps steps before those that are measured, 0 or more
   * @param steps steps to measure
   * @param mixed whether a step with the mixtures of SFTMix is measured beside each
   */
  public record Plan(
      DecoderSpec spec,
      LoraSettings lora,
      int batch,
      int sequence,
      int segmentLayers,
      int warmUps,
      int steps,
      boolean mixed) {
    public Plan {
      if (batch < 1 || sequence < 2 || steps < 1) {
        throw new IllegalArgumentException(
            "batch is %d, sequence %d, steps %d: expected at least 1, 2 and 1"
                .formatted(batch, sequence, steps));
      }
      if (sequence > spec.maxPositions()) {
        throw new IllegalArgumentException(
            "sequence is %d: the model takes %d at most".formatted(sequence, spec.maxPositions()));
      }
      if (mixed && batch < 2) {
        throw new IllegalArgumentException(
            "batch is %d: expected at least 2, of which mixtures are made".formatted(batch));
      }
    }
  }

  /**
   * What was measured; rates in operations per second.
   *
   * @param stepSeconds of every step
   * @param tokensPerSecond at the median step
   * @param flops rate of the median step, as {@link Flops} counts
   * @param matmulFlops median rate of the plain multiplications
   * @param ratio median over the steps of the step's rate to that of the multiplications beside it
   * @param mixExtra share of a step's time by which mixtures make it longer, median over the steps;
   *     empty without them
   * @param memory what the formula says of the memory
   * @param stepBytes what the first step has added to the memory of the process; empty where that
   *     is not known, as on a GPU
   */
  public record Result(
      List<Double> stepSeconds,
      double tokensPerSecond,
      double flops,
      double matmulFlops,
      double ratio,
      OptionalDouble mixExtra,
      MemoryEstimate memory,
      OptionalLong stepBytes) {}

  /** Measures; tells the listener the number of every step that is done, those of warm-up first. */
  public static Result run(Plan plan, TorchRuntime runtime, IntConsumer progress) {
    try (Decoder decoder = Decoder.random(plan.spec(), 1, runtime);
        LoraAdapter adapter = LoraAdapter.fresh(decoder, plan.lora(), 1);
        AdamW optimizer =
            new AdamW(adapter.parameters(), AdamWSettings.defaults(), decoder.kernels())) {
      TrainingStep step =
          new TrainingStep(adapter.model(), optimizer, Normalise.TOKEN, plan.segmentLayers());
      OptionalLong bytes = stepBytes(plan, step, runtime);
      int tokens = plan.batch() * plan.sequence();
      try (Matmuls matmuls = new Matmuls(decoder.kernels(), plan.spec(), tokens, tokens, false)) {
        return run(plan, step, matmuls, estimate(plan, runtime.compute()), bytes, progress);
      }
    }
  }

  /** Before anything else has claimed memory that a step could use again. */
  private static OptionalLong stepBytes(Plan plan, TrainingStep step, TorchRuntime runtime) {
    if (!runtime.compute().onCpu()) {
      return OptionalLong.empty();
    }
    System.gc(); // frees the buffers through which weights came
    step.step(batch(plan, 1, Math.min(plan.sequence(), SHORT)), RATE); // libraries load
    return ResidentGrowth.of(() -> step.step(batch(plan), RATE));
  }

  private static Result run(
      Plan plan,
      TrainingStep step,
      Matmuls matmuls,
      MemoryEstimate memory,
      OptionalLong bytes,
      IntConsumer progress) {
    int tokens = plan.batch() * plan.sequence();
    Batch batch = batch(plan);
    double flops =
        Flops.adapterStep(
            plan.spec(), plan.lora(), plan.batch(), plan.sequence(), batch.trainedTokens());
    List<Double> seconds = new ArrayList<>();
    double[] rates = new double[plan.steps()];
    double[] ratios = new double[plan.steps()];
    double[] extras = new double[plan.steps()];
    for (int i = -plan.warmUps(); i < plan.steps(); i++) {
      double before = matmuls.seconds();
      long start = System.nanoTime();
      step.step(batch, RATE);
      double own = (System.nanoTime() - start) / 1e9;
      double around = (before + matmuls.seconds()) / 2;
      if (i >= 0) {
        seconds.add(own);
        rates[i] = matmuls.flops() / around;
        ratios[i] = flops / own / rates[i];
      }
      if (plan.mixed()) {
        long begin = System.nanoTime();
        step.step(List.of(batch), RATE, pairing(plan));
        double mixed = (System.nanoTime() - begin) / 1e9;
        if (i >= 0) {
          extras[i] = mixed / own - 1;
        }
      }
      progress.accept(i + plan.warmUps() + 1);
    }
    double median = Medians.of(seconds.stream().mapToDouble(Double::doubleValue).toArray());
    return new Result(
        List.copyOf(seconds),
        tokens / median,
        flops / median,
        Medians.of(rates),
        Medians.of(ratios),
        plan.mixed() ? OptionalDouble.of(Medians.of(extras)) : OptionalDouble.empty(),
        memory,
        bytes);
  }

  private static Optional<Pairing> pairing(Plan plan) {
    Mixture mixture = new Mixture(MU, ALPHA, Split.BATCH, Scope.SKILL, 1);
    Halves unknown =
        Halves.of(
            mixture,
            Collections.nCopies(plan.batch(), "random"),
            Collections.nCopies(plan.batch(), OptionalDouble.empty()));
    return Optional.of(new Pairing(mixture, unknown));
  }

  private static MemoryEstimate estimate(Plan plan, Compute compute) {
    return MemoryEstimate.of(
        new StepShape(
            plan.spec(),
            compute.precision(),
            !compute.onCpu(),
            Optional.of(plan.lora()),
            plan.batch(),
            plan.sequence(),
            (long) plan.batch() * (plan.sequence() - 1),
            plan.segmentLayers()));
  }

  private static Batch batch(Plan plan) {
    return batch(plan, plan.batch(), plan.sequence());
  }

  private static Batch batch(Plan plan, int size, int length) {
    List<TokenizedExample> examples = new ArrayList<>();
    boolean[] trained = new boolean[length];
    Arrays.fill(trained, 1, trained.length, true);
    for (int b = 0; b < size; b++) {
      examples.add(new TokenizedExample(RandomTokens.of(plan.spec(), length, b), trained));
    }
    return Batch.of(examples);
  }
}
