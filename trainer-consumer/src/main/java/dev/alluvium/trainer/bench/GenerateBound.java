package dev.alluvium.trainer.bench;

import dev.alluvium.trainer.model.torch.Kernels;
import java.util.function.DoubleSupplier;

/**
 * What generation cannot do without: the matrix multiplications of reading the prompts and of
 * writing each token, and attention's products with the keys and values of as many positions as
 * there are half way. Norms, rotations, softmax and choosing are not in it.
 */
final class GenerateBound implements AutoCloseable {
  private static final int REPEATS = 9;

  private final GenerateBench.Plan plan;
  private final Matmuls prompts;
  private final Matmuls step;
  private final AttentionProducts attention;

  GenerateBound(Kernels kernels, GenerateBench.Plan plan) {
    this.plan = plan;
    this.prompts =
        new Matmuls(kernels, plan.spec(), plan.batch() * plan.prompt(), plan.batch(), true);
    this.step = new Matmuls(kernels, plan.spec(), plan.batch(), plan.batch(), true);
    this.attention =
        new AttentionProducts(
            kernels, plan.spec(), plan.batch(), plan.prompt() + plan.tokens() / 2);
  }

  /** Tokens per second if nothing else had to be done. */
  double tokensPerSecond() {
    double token = median(step::seconds) + median(attention::seconds);
    double all = prompts.seconds() + (plan.tokens() - 1) * token;
    return (double) plan.batch() * plan.tokens() / all;
  }

  private static double median(DoubleSupplier seconds) {
    double[] all = new double[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      all[i] = seconds.getAsDouble();
    }
    return Medians.of(all);
  }

  @Override
  public void close() {
    prompts.close();
    step.close();
    attention.close();
  }
}
