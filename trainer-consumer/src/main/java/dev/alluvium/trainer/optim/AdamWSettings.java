package dev.alluvium.trainer.optim;

/**
 * The constants of AdamW.
 *
 * @param beta1 decay of the first moment, [0, 1)
 * @param beta2 decay of the second moment, [0, 1)
 * @param eps added to the root of the second moment, positive
 * @param weightDecay decoupled decay of matrices; vectors (norms) never decay
 * @param maxNorm gradients are scaled down to this global norm
 */
public record AdamWSettings(
    double beta1, double beta2, double eps, double weightDecay, double maxNorm) {
  public AdamWSettings {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "betas are %s and %s: expected [0, 1)".formatted(beta1, beta2));
    }
    if (!(eps > 0 && weightDecay >= 0 && maxNorm > 0)) {
      throw new IllegalArgumentException(
          "eps is %s, weightDecay %s, maxNorm %s: expected positive, 0 or more, positive"
              .formatted(eps, weightDecay, maxNorm));
    }
  }

  /** Betas 0.9 and 0.999, eps 1e-8, no weight decay, gradients clipped at norm 1. */
  public static AdamWSettings defaults() {
    return new AdamWSettings(0.9, 0.999, 1e-8, 0, 1);
  }
}
