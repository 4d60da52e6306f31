package dev.alluvium.trainer.model.torch;

/**
 * Where and how to calculate.
 *
 * @param device {@code cpu} or {@code cuda} (the first GPU)
 * @param precision number format of activations and frozen weights
 * @param threads CPU threads of one operation; results are bit-reproducible only at the same number
 */
public record Compute(String device, Precision precision, int threads) {
  public Compute {
    if (!device.equals("cpu") && !device.equals("cuda")) {
      throw new IllegalArgumentException("device is %s: expected cpu or cuda".formatted(device));
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads is %d: expected 1 or more".formatted(threads));
    }
  }

  /** The CPU in float32 with one thread per processor. */
  public static Compute cpu() {
    return new Compute("cpu", Precision.FLOAT32, Runtime.getRuntime().availableProcessors());
  }
}
