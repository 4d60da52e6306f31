package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.require;

import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;

/**
 * Settings of a trainer and of a worker that share a process: the weights of the base model if our
 * own model answers, and the cores.
 *
 * @param train with a number of threads
 * @param generate with a number of threads
 */
public record OneProcess(TrainSettings train, GenerateSettings generate) {
  /**
   * Checks that they fit together. On a CPU, threads that are not set share the cores: half for the
   * worker, the rest for the trainer, or what the other has left.
   *
   * @throws IllegalArgumentException where the worker could not answer on the trainer's weights
   */
  public static OneProcess of(TrainSettings train, GenerateSettings generate, int cores) {
    if (!generate.local()) {
      return new OneProcess(train, generate);
    }
    require(
        TrainingMethod.parse(train.method()) == TrainingMethod.LORA,
        "train.method is full: --with-generation answers on the frozen base model, and there is none. Run alluvium generate beside it, or set generate.backend to openai");
    require(
        generate.device().equals(train.device()),
        "generate.device is %s and train.device %s: with --with-generation they share weights, set both to the same",
        generate.device(),
        train.device());
    require(
        Precision.parse(generate.dtype()) == Precision.parse(train.dtype()),
        "generate.dtype is %s and train.dtype %s: with --with-generation they share weights, set both to the same",
        generate.dtype(),
        train.dtype());
    if (!new Compute(train.device(), Precision.FLOAT32, 1).onCpu()) {
      return new OneProcess(train, generate);
    }
    int left = train.threads() == 0 ? cores / 2 : cores - train.threads();
    int answering = generate.threads() == 0 ? Math.max(1, left) : generate.threads();
    int training = train.threads() == 0 ? Math.max(1, cores - answering) : train.threads();
    return new OneProcess(train.withThreads(training), generate.withThreads(answering));
  }

  /** Whether more threads calculate than there are cores, which slows all of them down. */
  public boolean crowds(int cores) {
    int training = train.cpuThreads();
    int answering = generate.local() ? generate.compute().threads() : 0;
    boolean teams = training > 1 || answering > 1; // single threads only take turns
    return train.device().equals("cpu") && teams && training + answering > cores;
  }
}
