package dev.alluvium.trainer.model.torch;

import java.util.regex.Pattern;

/**
 * Where and how to calculate.
 *
 * @param device {@code cpu}, {@code cuda} (the first GPU) or {@code cuda:N}
 * @param precision number format of activations and frozen weights
 * @param threads CPU threads of one operation; results are bit-reproducible only at the same number
 */
public record Compute(String device, Precision precision, int threads) {
  private static final Pattern DEVICE = Pattern.compile("cpu|cuda(:\\d{1,2})?");

  public Compute {
    if (!DEVICE.matcher(device).matches()) {
      throw new IllegalArgumentException(
          "device is %s: expected cpu, cuda or cuda:N".formatted(device));
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads is %d: expected 1 or more".formatted(threads));
    }
  }

  /** Whether it is the CPU. */
  public boolean onCpu() {
    return device.equals("cpu");
  }

  /** Which GPU, counted from 0. */
  int gpu() {
    int colon = device.indexOf(':');
    return colon < 0 ? 0 : Integer.parseInt(device.substring(colon + 1));
  }

  /** The CPU in float32 with one thread per processor. */
  public static Compute cpu() {
    return new Compute("cpu", Precision.FLOAT32, Runtime.getRuntime().availableProcessors());
  }
}
