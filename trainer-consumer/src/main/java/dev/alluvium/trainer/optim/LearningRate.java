package dev.alluvium.trainer.optim;

/**
 * The learning rate as a pure function of the optimizer step, so that a resumed run needs no
 * schedule state.
 */
@FunctionalInterface
public interface LearningRate {
  /** The rate of step {@code step}, counted from 0. */
  double at(long step);

  /**
   * Linear warm-up over {@code warmup} steps, then {@code peak} for ever: for a stream, which has
   * no end.
   */
  static LearningRate constant(double peak, long warmup) {
    check(peak, warmup);
    return step -> peak * warmupShare(step, warmup);
  }

  /**
   * Linear warm-up, then half a cosine down to {@code floor} at step {@code total} (SGDR, arXiv
   * 1608.03983 eq. 5, without restarts), constant afterwards.
   */
  static LearningRate cosine(double peak, double floor, long warmup, long total) {
    check(peak, warmup);
    if (floor < 0 || floor > peak || total <= warmup) {
      throw new IllegalArgumentException(
          "cosine rate with floor %s, peak %s, warm-up %d, total %d: expected 0 <= floor <= peak and total > warm-up"
              .formatted(floor, peak, warmup, total));
    }
    return step -> {
      if (step < warmup) {
        return peak * warmupShare(step, warmup);
      }
      double progress = Math.min(1.0, (double) (step - warmup) / (total - warmup));
      return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
    };
  }

  private static double warmupShare(long step, long warmup) {
    return Math.min(1.0, (step + 1.0) / (warmup + 1.0));
  }

  private static void check(double peak, long warmup) {
    if (!(peak > 0) || !Double.isFinite(peak) || warmup < 0) {
      throw new IllegalArgumentException(
          "learning rate %s with warm-up of %d steps: expected a positive rate and 0 or more steps"
              .formatted(peak, warmup));
    }
  }
}
